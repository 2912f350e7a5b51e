import { readFileSync } from 'node:fs';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '../peers/mosquitto.ts';
import { needs } from '../peers/needs.ts';
import { startEngine, type RunningEngine } from '../e2e/engine.ts';
import { pause, until } from '../e2e/until.ts';

/** Each message costs as much as dozens of ordinary rules, and makes one of QoS 1. */
const WORK = Array.from({ length: 10 }, (_, i) => `work${i}: "sum(map(list, item * item + ${i}))"`).join(', ');
const RULES = `
- { id: kept, on: in/kept, let: { ${WORK} }, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: out/kept, payload: "\${seq} \${n}", qos: 1 } }
- { id: loose, on: { topic: in/loose, qos: 0 }, let: { ${WORK} }, publish: { topic: out/loose, payload: "\${seq}", qos: 1 } }
`;
const LIST = Array.from({ length: 100 }, (_, i) => i);

/** Messages of QoS 1 that are sent together. */
const TOGETHER = 50;

/** How much memory may grow once it has settled, in bytes. */
const GROWTH = 50e6;

/**
 * More comes for a while than slow rules can deal with, of QoS 0 and 1: memory stays where it is, what comes with QoS 1 is
 * counted once each and what it makes is published, and what is dropped is counted.
 */
async function overload(seconds: number, messages: number): Promise<void> {
  const mosquitto = await startMosquitto({ lines: ['max_queued_messages 20000', 'max_inflight_messages 1000'] });
  onTestFinished(() => mosquitto.stop());
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const engine = await startEngine({
    rules: { 'slow.yaml': RULES },
    config: { broker: url, limits: { rate_limit: 'off', inbox: 20_000 } },
  });
  const heard = await listen(url);
  const publisher = await connectAsync(url, { clientId: 'publisher' });
  onTestFinished(() => publisher.endAsync(true));

  const end = performance.now() + seconds * 1000;
  const memory: number[] = [];
  const flood = (async () => {
    while (performance.now() < end) {
      for (let i = 0; i < 500; i++) publisher.publish('in/loose', JSON.stringify({ seq: i, list: LIST }), { qos: 0 });
      await publisher.publishAsync('in/loose', JSON.stringify({ seq: -1, list: LIST }), { qos: 0 });
    }
  })();
  const numbered = (async () => {
    for (let sent = 0; sent < messages; sent += TOGETHER) {
      const batch = Array.from({ length: TOGETHER }, (_, i) =>
        publisher.publishAsync('in/kept', JSON.stringify({ seq: sent + i, list: LIST }), { qos: 1 }),
      );
      await Promise.all([...batch, pause((seconds * 1000 * TOGETHER) / messages)]);
    }
  })();
  const settledAt = performance.now() + (seconds * 1000) / 4;
  while (performance.now() < end) {
    await pause(200);
    if (performance.now() > settledAt) memory.push(memoryOf(engine));
  }
  await Promise.all([flood, numbered]);
  await until('all that was sent with QoS 1', () => heard.size >= messages, 300_000);
  expect([...heard].toSorted((a, b) => Number(a.split(' ')[0]) - Number(b.split(' ')[0]))).toEqual(
    Array.from({ length: messages }, (_, seq) => `${seq} ${seq + 1}`),
  );
  const dropped = (await engine.metrics()).by('automate_messages_dropped_total', 'reason');
  expect(dropped).toMatchObject({ outbox_full: 0, offline: 0 });
  expect(dropped['inbox_full']).toBeGreaterThan(0);
  const third = Math.floor(memory.length / 3);
  expect(middle(memory.slice(-third)) - middle(memory.slice(0, third))).toBeLessThan(GROWTH);
}

/** The heap breathes: what counts is where it is most of the time. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The texts that were told on `out/kept`. */
async function listen(url: string): Promise<Set<string>> {
  const heard = new Set<string>();
  const client = await connectAsync(url, { clientId: 'listener' });
  onTestFinished(() => client.endAsync(true));
  client.on('message', (_topic, payload) => heard.add(payload.toString()));
  await client.subscribeAsync('out/kept', { qos: 1 });
  return heard;
}

function memoryOf({ child }: RunningEngine): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

describe.skipIf(!needs('mosquitto'))('an engine to which more comes than it can deal with', () => {
  test('for a minute keeps its memory, loses nothing of QoS 1, and counts what it drops', () => overload(60, 12_000));
  test('for ten minutes, too', () => overload(600, 60_000), 1_500_000);
});
