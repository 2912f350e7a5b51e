import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type IClientPublishOptions } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Mosquitto, startMosquitto } from '../peers/mosquitto.ts';
import { needs } from '../peers/needs.ts';
import { freePort } from '../peers/port.ts';
import { automate, COMMAND, environment } from './command.ts';
import { connectClient } from './client.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

/** A line of a recording, or of a replay. */
interface Line {
  readonly at: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly retain?: boolean;
  readonly qos?: number;
  readonly properties?: unknown;
  readonly base64?: boolean;
}

function linesIn(text: string): Line[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
}

/** `automate record` in a process of its own, once it listens. */
async function startRecording(
  folder: string,
  words: readonly string[],
): Promise<{ child: ChildProcess; said(): string; lines(): Line[]; stop(): Promise<number | null> }> {
  const [program = '', ...first] = COMMAND;
  const child = spawn(program, [...first, 'record', ...words], { cwd: folder, env: environment() });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, said] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const ended = once(child, 'close');
  await until('the recorder to listen', () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`);
    return said.includes('subscribed on');
  });
  const file = words.includes('-o') ? join(folder, words[words.indexOf('-o') + 1] ?? '') : null;
  return {
    child,
    said: () => said,
    lines: () => {
      const text = file === null ? out : existsSync(file) ? readFileSync(file, 'utf8') : '';
      return linesIn(text.slice(0, text.lastIndexOf('\n') + 1));
    },
    stop: async () => {
      child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
  };
}

describe('automate record, on the embedded broker', () => {
  const RULE = 'id: one\non: in/+k\npublish: { topic: "out/${k}", payload: "${payload ?? \'unknown\'}" }\n';

  test('writes what replay reads: the rules do the same again', async () => {
    const { folder, port } = await startEngine({ rules: { 'one.yaml': RULE } });
    const recording = await startRecording(folder, ['-p', String(port), '-o', 'all.ndjson', 'in/#', 'out/#']);
    const client = await connectClient(`mqtt://127.0.0.1:${port}`);
    const payloads = ['{"x": 1}', '{"x":1}', 'ON', '25.5', '1.0', '"quoted"', 'null', ' 7', '', 'é\u2028\u0000'];
    for (const [i, payload] of payloads.entries()) await client.publish(`in/${i}`, payload);
    await client.publish('in/binary', Buffer.from([0, 255, 10]));
    const count = payloads.length * 2 + 1; // What is binary no rule reads.
    await until('all to be recorded', () => recording.lines().length === count);
    expect(await recording.stop()).toBe(0);
    expect(recording.said()).toContain(`${count} messages recorded\n`);

    const recorded = recording.lines();
    expect(recorded.find(({ topic }) => topic === 'in/binary')).toEqual({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      topic: 'in/binary',
      payload: 'AP8K',
      qos: 1,
      base64: true,
    });
    const { stdout, code } = await automate(['replay', 'all.ndjson'], { folder });
    expect(code).toBe(0);
    const outputs = (lines: readonly Line[]): unknown[] =>
      lines.filter(({ topic }) => topic.startsWith('out/')).map(({ topic, payload }) => [topic, meaning(payload)]);
    expect(outputs(linesIn(stdout))).toEqual(outputs(recorded));
    expect(outputs(recorded).length).toBe(payloads.length);
  });

  test('keeps that a message was retained, and its QoS as rules take it', async () => {
    const { folder, port } = await startEngine({ rules: { 'one.yaml': RULE } });
    const client = await connectClient(`mqtt://127.0.0.1:${port}`);
    await client.publish('kept', 'old', { retain: true });
    const recording = await startRecording(folder, ['-p', String(port), 'kept']);
    await until('what was kept', () => recording.lines().length === 1);
    for (const qos of [0, 1, 2] as const) await client.publish('kept', String(qos), { qos, retain: true });
    await until('the others', () => recording.lines().length === 4);
    await recording.stop();
    expect(recording.lines().map(({ payload, retain, qos }) => [payload, retain, qos])).toEqual([
      ['old', true, 1],
      [0, undefined, undefined],
      [1, undefined, 1],
      [2, undefined, 1],
    ]);
  });

  test('goes on where a recording ends, on a line of its own', async () => {
    const { folder, port } = await startEngine({ rules: { 'one.yaml': RULE } });
    const before = '{"at":"2026-01-01T00:00:00Z","topic":"a","payload":1}\n{"at":"2026-01-01T00:0';
    writeFileSync(join(folder, 'day.ndjson'), before);
    const recording = await startRecording(folder, ['-p', String(port), '-o', 'day.ndjson', 'a']);
    const client = await connectClient(`mqtt://127.0.0.1:${port}`);
    await client.publish('a', 'new');
    const written = (): string => readFileSync(join(folder, 'day.ndjson'), 'utf8');
    await until('the line', () => written().endsWith('"payload":"new","qos":1}\n'));
    await recording.stop();
    expect(written().startsWith(`${before}\n{"at":"`)).toBe(true);
    const { stderr } = await automate(['replay', 'day.ndjson'], { folder });
    expect(stderr).toContain('day.ndjson:2 error bad-line');
    expect(stderr).toContain('2 messages in');
  });

  test('ends when its time is up', async () => {
    const { folder, port } = await startEngine({ rules: { 'one.yaml': RULE } });
    const { code, stderr } = await automate(['record', '-p', String(port), '--for', '300ms', 'nothing'], { folder });
    expect([code, stderr]).toEqual([0, `subscribed on mqtt://127.0.0.1:${port}\n0 messages recorded\n`]);
  });
});

describe.skipIf(!needs('mosquitto'))('automate record, on mosquitto', () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    mosquitto = await startMosquitto({ acl: ['topic readwrite #', 'topic read $SYS/#'] });
  });
  afterAll(() => mosquitto.stop());

  /** Publish over MQTT 5. */
  async function publish(messages: readonly (readonly [string, string, IClientPublishOptions?])[]): Promise<void> {
    const client = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, { protocolVersion: 5, reconnectPeriod: 0 });
    for (const [topic, payload, options = {}] of messages)
      await client.publishAsync(topic, payload, { qos: 1, ...options });
    await client.endAsync();
  }

  test('keeps the properties that a rule can see, and replay shows them to it', async () => {
    const rule = 'id: u\non: p\npublish: { topic: o, payload: "${properties.unit}" }\n';
    const folder = makeFolder({ 'rules/u.yaml': rule });
    const recording = await startRecording(folder, ['-p', String(mosquitto.port), '-o', 'p.ndjson', 'p']);
    await publish([['p', '1', { properties: { userProperties: { unit: '°C', many: ['a', 'b'] }, contentType: 'x' } }]]);
    await until('the message', () => recording.lines().length === 1);
    await recording.stop();
    expect(recording.lines()[0]?.properties).toEqual({ unit: '°C', many: ['a', 'b'] });
    const { stdout } = await automate(['replay', 'p.ndjson'], { folder });
    expect(linesIn(stdout).map(({ payload }) => payload)).toEqual(['°C']);
  });

  test('has each message once, however many filters it matches', async () => {
    const folder = makeFolder();
    await publish([['a/kept', 'kept', { retain: true }]]);
    const recording = await startRecording(folder, ['-p', String(mosquitto.port), 'a/#', 'a/b', '+/b', 'a/kept']);
    await publish([
      ['a/b', '1'],
      ['c/b', '2'],
      ['a/b', '3', { qos: 2 }],
      ['a/c', 'last'],
    ]);
    await until('the last one', () => recording.lines().some(({ payload }) => payload === 'last'));
    await recording.stop();
    expect(recording.lines().map(({ payload, retain }) => [payload, retain])).toEqual([
      ['kept', true],
      [1, undefined],
      [2, undefined],
      [3, undefined],
      ['last', undefined],
    ]);
  });

  test('goes on after the broker was away, with times that do not decrease', async () => {
    const folder = makeFolder();
    const recording = await startRecording(folder, ['-p', String(mosquitto.port), 'r/#']);
    await publish([['r/1', 'before']]);
    await until('the first', () => recording.lines().length === 1);
    await mosquitto.kill();
    await mosquitto.restart();
    await until('it to listen again', () => recording.said().split('subscribed on').length === 3);
    await publish([['r/1', 'after']]);
    await until('the second', () => recording.lines().length === 2);
    expect(await recording.stop()).toBe(0);
    const times = recording.lines().map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });

  test('says when its file is full', async () => {
    const folder = makeFolder();
    const recording = await startRecording(folder, ['-p', String(mosquitto.port), '-o', '/dev/full', 'f']);
    const ended = once(recording.child, 'close');
    await publish([['f', 'x']]);
    expect((await ended)[0]).toBe(1);
    expect(recording.said()).toContain('cannot write /dev/full: the disk is full\n');
    expect(recording.said()).not.toContain('at ');
  });
});

test.each([
  [['-o', 'no/such/folder/x'], 2, 'cannot write no/such/folder/x: there is no such file or folder'],
  [['a/#/b'], 2, 'cannot subscribe to "a/#/b"'],
  [['--for', 'ever'], 2, 'Write a duration such as'],
  [[], 69, 'nothing listens there. Is `automate start` (or another broker) running?'],
])('automate record %j ends with %d and says why', async (words, exit, said) => {
  const folder = makeFolder();
  const { code, stderr } = await automate(['record', '-p', String(await freePort()), ...words], { folder });
  expect(stderr).toContain(said);
  expect(code).toBe(exit);
});

/** A payload as replay prints it: what is JSON in a text is shown as JSON. */
function meaning(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}
