import { describe, expect, test } from 'vitest';
import { MACHINE_LIMITS } from '../../src/core/limits.ts';
import { Difference } from '../../src/testing/difference.ts';
import { effectLine } from '../../src/testing/effect-line.ts';
import { programOf } from '../../src/testing/play.ts';
import type { RecordedMessage } from '../../src/testing/recording.ts';
import { Replay } from '../../src/testing/replay.ts';

function message(at: number, topic: string, payload: unknown): RecordedMessage {
  const bytes = Buffer.from(JSON.stringify(payload));
  return {
    at,
    delivery: {
      broker: 'default',
      topic,
      payload: bytes,
      qos: 0,
      retained: false,
      duplicate: false,
      properties: undefined,
    },
  };
}

const HOLD = 'id: r\non: t/+k\nif: payload > 1\nfor: 10ms\npublish: { topic: "o/${k}", payload: "${payload}" }';

function replay(rules: string, messages: readonly RecordedMessage[], from?: number, until?: number): string[] {
  const session = new Replay(programOf(rules), {
    limits: MACHINE_LIMITS,
    from: from ?? null,
    until: until ?? null,
    note: () => {},
  });
  return [...messages.flatMap((one) => session.send(one)), ...session.end()].map(
    (effect) => `${effect.at} ${effect.rule} ${effect.key} ${effect.type === 'publish' ? effect.payload : '?'}`,
  );
}

describe('a replay', () => {
  const messages = [message(100, 't/a', 2), message(105, 't/b', 3), message(110, 't/c', 4)];

  test('runs in virtual time, timers included, to the moment of the last message and no further', () => {
    expect(replay(HOLD, messages)).toEqual(['110 r a 2']);
  });

  test('goes on to `until`, and what is due then still happens', () => {
    expect(replay(HOLD, messages, undefined, 115)).toEqual(['110 r a 2', '115 r b 3']);
    expect(replay(HOLD, messages, undefined, 1000)).toEqual(['110 r a 2', '115 r b 3', '120 r c 4']);
  });

  test('leaves out what comes before `from` and after `until`', () => {
    expect(replay(HOLD, messages, 101, 109)).toEqual([]);
    expect(replay(HOLD, messages, 101, 115)).toEqual(['115 r b 3']);
  });

  test('begins its time at `from`, for keys that are waited for', () => {
    const silent =
      'id: r\non: t/+k\nabsent: { after: 50ms, keys: [x] }\npublish: { topic: "o/${k}", payload: "${held}" }';
    expect(replay(silent, messages, undefined, 150)).toEqual(['150 r x 50', '150 r a 50']);
    expect(replay(silent, messages, 60, 110)).toEqual(['110 r x 50']);
  });

  test('without a message is empty', () => {
    expect(replay(HOLD, [])).toEqual([]);
    expect(replay(HOLD, [], 5, 10)).toEqual([]);
  });
});

const ALERT =
  '{"rule":"a","key":"-","labels":{},"state":"firing","acknowledged":false,"severity":"bad","value":1,"since":"1970-01-01T00:00:00Z","firedAt":"1970-01-01T00:00:00Z","fingerprint":"8e98dd24fa4f4711"}';

test('an effect is one line, with the payload as JSON where it is JSON', () => {
  const lines = programOf(`
- { id: p, on: t, publish: { topic: o, payload: { a: "\${payload}" }, qos: 0, retain: true, properties: { u: v }, content_type: x, message_expiry: 1m } }
- { id: t, on: t, publish: { topic: o, payload: "ON" } }
- { id: l, on: t, log: { level: warn, message: "a\\nb" } }
- { id: a, on: t, if: payload > 0, alert: { severity: bad } }`);
  const session = new Replay(lines, { limits: MACHINE_LIMITS, from: null, until: null, note: () => {} });
  expect(session.send(message(0, 't', 1)).map(effectLine)).toEqual([
    '{"at":"1970-01-01T00:00:00.000Z","rule":"p","key":"-","type":"publish","topic":"o","payload":{"a":1},"qos":0,"retain":true,"properties":{"u":"v"},"content_type":"x","message_expiry":60}',
    '{"at":"1970-01-01T00:00:00.000Z","rule":"t","key":"-","type":"publish","topic":"o","payload":"ON","qos":1,"retain":false}',
    '{"at":"1970-01-01T00:00:00.000Z","rule":"l","key":"-","type":"log","level":"warn","message":"a\\nb"}',
    `{"at":"1970-01-01T00:00:00.000Z","rule":"a","key":"-","type":"publish","topic":"alerts/a/-","payload":${ALERT},"qos":1,"retain":true}`,
    `{"at":"1970-01-01T00:00:00.000Z","rule":"a","key":"-","type":"alert","topic":"alerts/a/-","payload":${ALERT}}`,
  ]);
});

test('a difference is what one did and the other did not, moment by moment', () => {
  const lines: string[] = [];
  const difference = new Difference((line) => lines.push(line.replace(/"type.*/, '')));
  const run = (rules: string): Replay =>
    new Replay(programOf(rules), { limits: MACHINE_LIMITS, from: null, until: 200, note: () => {} });
  const [ours, theirs] = [run(HOLD), run(HOLD.replace('10ms', '20ms').replace('> 1', '> 2'))];
  for (const one of [message(100, 't/a', 2), message(105, 't/b', 3), message(115, 't/c', 4)])
    difference.add(ours.send(one), theirs.send(one));
  difference.add(ours.end(), theirs.end());
  difference.end();
  expect(lines).toEqual([
    '- {"at":"1970-01-01T00:00:00.110Z","rule":"r","key":"a",',
    '- {"at":"1970-01-01T00:00:00.115Z","rule":"r","key":"b",',
    '- {"at":"1970-01-01T00:00:00.125Z","rule":"r","key":"c",',
    '+ {"at":"1970-01-01T00:00:00.125Z","rule":"r","key":"b",',
    '+ {"at":"1970-01-01T00:00:00.135Z","rule":"r","key":"c",',
  ]);
  expect(difference.lines).toBe(5);
});
