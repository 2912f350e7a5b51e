import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '../peers/mosquitto.ts';
import { startMqttPeer } from '../peers/mqtt-peer.ts';
import { needs } from '../peers/needs.ts';
import { freePort } from '../peers/port.ts';
import { connectClient } from './client.ts';
import { COMMAND, environment } from './command.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

const STATUS = 'automate/main/status';
const ECHO = 'on: in/+n\npublish: { topic: "out/${n}", payload: "${payload}" }\n';

async function mosquitto(): Promise<string> {
  const { port, stop } = await startMosquitto();
  onTestFinished(stop);
  return `mqtt://127.0.0.1:${port}`;
}

/** What somebody who comes now finds on the status topic. */
async function statusAt(broker: string): Promise<{ text: string; retain: boolean }> {
  const { text, retain } = await (await connectClient(broker, { subscribe: STATUS })).first(STATUS);
  return { text, retain };
}

describe.skipIf(!needs('mosquitto'))('the status topic on mosquitto', () => {
  test('says online from the start, offline after a stop, and online again', async () => {
    const broker = await mosquitto();
    const watcher = await connectClient(broker, { subscribe: STATUS });
    const engine = await startEngine({ config: { broker }, rules: { 'echo.yaml': ECHO } });
    expect(await statusAt(broker)).toEqual({ text: 'online', retain: true });
    expect(await engine.stop()).toMatchObject({ code: 0 });
    expect(await statusAt(broker)).toEqual({ text: 'offline', retain: true });
    const again = await startEngine({ folder: engine.folder, wait: 'up' });
    await until('online', () => watcher.received.length >= 3);
    expect(watcher.received.map(({ text }) => text)).toEqual(['online', 'offline', 'online']);
    await again.stop();
  });

  test('says offline, retained, when the engine is killed', async () => {
    const broker = await mosquitto();
    const watcher = await connectClient(broker, { subscribe: STATUS });
    const engine = await startEngine({ config: { broker }, rules: { 'echo.yaml': ECHO } });
    expect(await engine.kill()).toMatchObject({ signal: 'SIGKILL' });
    await until('offline', () => watcher.received.at(-1)?.text === 'offline');
    expect(await statusAt(broker)).toEqual({ text: 'offline', retain: true });
  });

  test('is one of its own for each instance', async () => {
    const broker = await mosquitto();
    const watcher = await connectClient(broker, { subscribe: 'automate/#' });
    const engines = [
      await startEngine({ config: { broker, instance: 'one' }, rules: { 'echo.yaml': ECHO } }),
      await startEngine({ config: { broker, instance: 'two' }, rules: { 'echo.yaml': ECHO } }),
    ];
    await engines[0]?.kill();
    await until('offline', () => watcher.received.length >= 3);
    expect(watcher.received.map(({ topic, text }) => `${topic} ${text}`)).toEqual([
      'automate/one/status online',
      'automate/two/status online',
      'automate/one/status offline',
    ]);
  });
});

test('the status topic of the embedded broker says online to whoever comes', async () => {
  const engine = await startEngine({ rules: { 'echo.yaml': ECHO } });
  expect(await statusAt(`mqtt://127.0.0.1:${engine.port}`)).toEqual({ text: 'online', retain: true });
});

describe('stopping', () => {
  test.skipIf(!needs('mosquitto')).each(['SIGINT', 'SIGTERM'] as const)(
    '%s finishes what was taken, says offline after that, and ends with 0',
    async (signal) => {
      const broker = await mosquitto();
      const listener = await connectClient(broker, { subscribe: ['out/#', STATUS] });
      const engine = await startEngine({ config: { broker }, rules: { 'echo.yaml': ECHO } });
      const publisher = await connectClient(broker);
      const sent = Array.from({ length: 2000 }, (_, n) => publisher.publish(`in/${n}`, String(n)));
      await until('the engine to be at work', () => listener.received.length > 100);
      const exit = await engine.stop(signal);
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(exit.ms).toBeLessThan(5000);
      await Promise.all(sent);
      await until('offline', () => listener.received.at(-1)?.text === 'offline');
      const outputs = listener.received.filter(({ topic }) => topic !== STATUS).map(({ text }) => text);
      // In order and each once: a beginning of what was sent, and nothing after `offline`.
      expect(outputs).toEqual(Array.from(outputs, (_, n) => String(n)));
      expect(engine.stderr()).toContain(`${signal}: stopping`);
    },
  );

  test('a broker that does not answer keeps nobody waiting for 5 s, and a second signal for no time at all', async () => {
    const engines = await Promise.all(
      [0, 1].map(async () => {
        const peer = await startMqttPeer();
        onTestFinished(peer.stop);
        return await startEngine({ config: { broker: `mqtt://127.0.0.1:${peer.port}` }, rules: { 'echo.yaml': ECHO } });
      }),
    );
    const [patient, hasty] = engines as [(typeof engines)[0], (typeof engines)[0]]; // Two of them.
    const waited = patient.stop('SIGINT');
    const first = hasty.stop('SIGINT');
    await until('the engine to begin stopping', () => hasty.stderr().includes('SIGINT: stopping'));
    const second = await hasty.stop('SIGINT');
    expect(await first).toMatchObject({ code: 1 });
    expect(second.ms).toBeLessThan(1000);
    const exit = await waited;
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.ms).toBeLessThan(5000);
  });

  test('in the middle of starting, it starts, stops in order, and ends with 0', async () => {
    const port = await freePort();
    const rules = Array.from(
      { length: 5000 },
      (_, i) => `- { id: r${i}, on: in/${i}, if: payload > ${i}, publish: { topic: out/${i} } }`,
    );
    const config = { embedded: { port }, http: 'off' };
    const cwd = makeFolder({ 'automate.yaml': JSON.stringify(config), 'rules/many.yaml': rules.join('\n') });
    const [program = '', ...words] = COMMAND;
    const child = spawn(program, [...words, 'start'], { cwd, env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await until('it to look out for signals', () => catches(child.pid, constants.signals.SIGHUP)); // SIGTERM Node always does.
    child.kill('SIGTERM');
    await once(child, 'close');
    expect([child.exitCode, child.signalCode, stderr]).toEqual([0, null, 'SIGTERM: stopping\n']);
  });

  test('needs no broker that was ever there', async () => {
    const engine = await startEngine({
      config: { broker: 'mqtt://127.0.0.1:9' },
      rules: { 'echo.yaml': ECHO },
      wait: 'up',
    });
    const exit = await engine.stop('SIGINT');
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.ms).toBeLessThan(2000);
  });
});

/** Whether a process does something of its own at a signal of this number. */
function catches(pid: number | undefined, signal: number): boolean {
  const caught = /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & (1n << BigInt(signal - 1))) !== 0n;
}
