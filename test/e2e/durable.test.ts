import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { needs } from '../peers/needs.ts';
import { startMosquitto } from '../peers/mosquitto.ts';
import type { ShownState } from '../../src/adapters/http/state.ts';
import { connectClient } from './client.ts';
import { automate } from './command.ts';
import { startEngine } from './engine.ts';
import { listen } from './kills/listening.ts';
import { killUnderLoad } from './kills/under-load.ts';
import { pause, until } from './until.ts';

describe.skipIf(!needs('mosquitto'))('an engine that is killed', () => {
  test('at each step and whenever, under load, counts every message once, and does everything at least once', () =>
    killUnderLoad({ messages: 4000, kills: 7, brokerRestarts: 1 }));

  test('in the middle of a hold, of steps and of an alert goes on with them', async () => {
    const mosquitto = await startMosquitto();
    onTestFinished(() => mosquitto.stop());
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    const rules = {
      'all.yaml': `
- { id: hold, on: in, if: payload > 5, for: 4s, publish: { topic: out/hold, payload: "\${held}", qos: 1 } }
- { id: steps, on: in, if: payload > 5, do: [{ publish: { topic: out/steps, payload: a, qos: 1 } }, { wait: 4s }, { publish: { topic: out/steps, payload: b, qos: 1 } }] }
- { id: alert, on: in, if: payload > 5, alert: { severity: bad, topic: out/alert } }
`,
    };
    const told = await listen(url);
    const on = (topic: string): string[] => told.filter((one) => one.topic === topic).map(({ text }) => text);
    const states = (): unknown[] => on('out/alert').map((text) => (JSON.parse(text) as { state: unknown }).state);
    const first = await startEngine({ rules, config: { broker: url } });
    const publisher = await connectAsync(url);
    onTestFinished(() => publisher.endAsync(true));
    const began = Date.now();
    await publisher.publishAsync('in', '6', { qos: 1 });
    await until('the first steps', () => on('out/steps').length > 0 && states().length > 0);
    await pause(300); // Until it is written that they are done.
    await first.kill();
    const second = await startEngine({ folder: first.folder, config: { broker: url }, wait: 'up' });
    await until('what was waited for', () => on('out/hold').length > 0 && on('out/steps').length > 1);
    expect(on('out/hold')).toEqual(['4000']);
    expect((told.find(({ topic }) => topic === 'out/hold')?.at ?? 0) - began).toBeGreaterThanOrEqual(4000);
    expect(on('out/steps')).toEqual(['a', 'b']);
    await publisher.publishAsync('in', '1', { qos: 1 });
    await until('the alert to be resolved', () => states().includes('resolved'));
    expect(states()).toEqual(['firing', 'resolved']);
    await second.stop();
  });
});

test('what the embedded broker has acknowledged is there when the engine is killed', async () => {
  const rules = {
    'count.yaml':
      '{ id: count, on: in, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: out, payload: "${payload} ${n}" } }',
  };
  let engine = await startEngine({ rules });
  const { folder, port } = engine;
  let acknowledged = 0;
  for (let kill = 0; kill < 3; kill++) {
    const publisher = await connectClient(`mqtt://127.0.0.1:${port}`);
    const sending = (async () => {
      for (;;) {
        await publisher.publish('in', String(acknowledged), { qos: 1 });
        acknowledged++;
      }
    })();
    await pause(100 + 200 * Math.random());
    await engine.kill();
    await Promise.race([sending.catch(() => {}), pause(200)]);
    engine = await startEngine({ folder, wait: 'up' });
  }
  const { stdout } = await automate(['state', 'count', '-', '--json'], { folder });
  const { cells } = JSON.parse(stdout) as ShownState;
  const memory = cells[0]?.states?.find(({ stage }) => stage === 'memory')?.state as {
    values: { n: { value: number } };
  };
  expect(acknowledged).toBeGreaterThan(10);
  // One may have been kept whose acknowledgement did not come.
  expect(memory.values.n.value).toBeGreaterThanOrEqual(acknowledged);
  expect(memory.values.n.value).toBeLessThanOrEqual(acknowledged + 3);
});

describe('a second engine on the same folder', () => {
  test('does not start, and says why', async () => {
    const first = await startEngine({ rules: { 'r.yaml': '{ id: r, on: { every: 1h }, log: x }' } });
    await expect(startEngine({ folder: first.folder, words: ['--http', 'off'] })).rejects.toThrow(
      /the state in data\/state is in use by another engine: stop that one, or give this one another folder with --state/,
    );
  });
});
