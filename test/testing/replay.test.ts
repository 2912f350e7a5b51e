import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import { MACHINE_LIMITS } from '../../src/core/limits.ts';
import type { Program } from '../../src/core/program.ts';
import { Difference } from '../../src/testing/difference.ts';
import { effectLine } from '../../src/testing/effect-line.ts';
import { play, programOf } from '../../src/testing/play.ts';
import type { RecordedMessage } from '../../src/testing/recording/message.ts';
import { Replay, type ReplayOptions } from '../../src/testing/replay.ts';
import { runs } from '../property-runs.ts';

function message(at: number, topic: string, payload: unknown, broker = 'default', retained = false): RecordedMessage {
  const bytes = Buffer.from(JSON.stringify(payload));
  return {
    at,
    delivery: { broker, topic, payload: bytes, qos: 0, retained, duplicate: false, properties: undefined },
  };
}

const OPTIONS: ReplayOptions = {
  limits: MACHINE_LIMITS,
  payloadBytes: 1000,
  from: null,
  until: null,
  note: () => {},
};

/** A program does not change: each is compiled once. */
const programs = new Map<string, Program>();

function program(rules: string): Program {
  const known = programs.get(rules) ?? programOf(rules);
  programs.set(rules, known);
  return known;
}

/** What rules do with messages, in order. */
function effectsOf(
  rules: string,
  messages: readonly RecordedMessage[],
  options: Partial<ReplayOptions> = {},
): readonly Effect[] {
  const replay = new Replay([program(rules)], { ...OPTIONS, ...options });
  return [...messages.flatMap((one) => [...replay.send(one)]), ...replay.end()].flatMap(([effects = []]) => effects);
}

function replayed(rules: string, messages: readonly RecordedMessage[], from?: number, until?: number): string[] {
  return effectsOf(rules, messages, { from: from ?? null, until: until ?? null }).map(
    (effect) => `${effect.at} ${effect.rule} ${effect.key} ${effect.type === 'publish' ? effect.payload : '?'}`,
  );
}

const HOLD = 'id: r\non: t/+k\nif: payload > 1\nfor: 10ms\npublish: { topic: "o/${k}", payload: "${payload}" }';
const MANY = `
- { id: throttle, on: t/+k, if: payload > 1, throttle: 20ms, publish: { topic: "o/\${k}", payload: "\${payload}" } }
- { id: hold, on: t/+k, if: payload > 1, for: 10ms, repeat: 15ms, publish: { topic: "o/\${k}", payload: "\${held}" } }
- { id: silence, on: t/+k, absent: 30ms, publish: { topic: "o/\${k}", payload: "\${held}" } }
- { id: alarm, on: t/+k, if: payload > 2, for: 5ms, alert: { severity: bad, value: payload } }
- { id: mean, on: t/+k, window: { tumbling: 25ms }, aggregate: { mean: avg(payload) }, publish: { topic: "o/\${k}", payload: "\${mean}" } }
- { id: steps, on: t/+k, if: payload > 3, mode: restart, do: [{ wait: 12ms }, { publish: { topic: "o/\${k}", payload: done } }] }
- { id: beat, on: { every: 50ms }, publish: { topic: o, payload: "\${now}" } }
- { id: count, on: t/+k, memory: { n: 0 }, set: { n: n + 1 }, debounce: 7ms, log: "\${n}" }`;

/** Messages in order of time, some of them at the same one. */
const traffic = fc
  .array(fc.tuple(fc.nat(40), fc.constantFrom('a', 'b', 'c'), fc.nat(4)), { maxLength: 30 })
  .map((steps) => {
    let at = 0;
    return steps.map(([after, key, payload]) => message((at += after), `t/${key}`, payload));
  });

describe('a replay', () => {
  const messages = [message(100, 't/a', 2), message(105, 't/b', 3), message(110, 't/c', 4)];

  test('runs in virtual time, timers included, to the moment of the last message and no further', () => {
    expect(replayed(HOLD, messages)).toEqual(['110 r a 2']);
  });

  test('goes on to `until`, and what is due then still happens', () => {
    expect(replayed(HOLD, messages, undefined, 114)).toEqual(['110 r a 2']);
    expect(replayed(HOLD, messages, undefined, 115)).toEqual(['110 r a 2', '115 r b 3']);
    expect(replayed(HOLD, messages, undefined, 1000)).toEqual(['110 r a 2', '115 r b 3', '120 r c 4']);
  });

  test('leaves out what comes before `from` and after `until`, and lets in what comes then', () => {
    expect(replayed(HOLD, messages, 101, 109)).toEqual([]);
    expect(replayed(HOLD, messages, 101, 115)).toEqual(['115 r b 3']);
    expect(replayed(HOLD, messages, 100, 110)).toEqual(['110 r a 2']);
    const each = 'id: r\non: t/+k\npublish: { topic: "o/${k}", payload: "${payload}" }';
    expect(replayed(each, messages, 105, 110)).toEqual(['105 r b 3', '110 r c 4']);
    expect(replayed(each, messages, 105, 109)).toEqual(['105 r b 3']);
  });

  test('is over with the first message after `until`', () => {
    const replay = new Replay([programOf(HOLD)], { ...OPTIONS, until: 105 });
    const over = messages.map((one) => {
      void [...replay.send(one)];
      return replay.isOver;
    });
    expect(over).toEqual([false, false, true]);
    expect(replay.messages).toBe(2);
  });

  test('begins its time at `from`, for keys that are waited for', () => {
    const silent =
      'id: r\non: t/+k\nabsent: { after: 50ms, keys: [x] }\npublish: { topic: "o/${k}", payload: "${held}" }';
    expect(replayed(silent, messages, undefined, 150)).toEqual(['150 r x 50', '150 r a 50']);
    expect(replayed(silent, messages, 60, 110)).toEqual(['110 r x 50']);
    expect(replayed(silent, [], 60, 110)).toEqual(['110 r x 50']);
  });

  test('starts what is to start with it, and ticks until its end', () => {
    const start = '{ id: s, on: { start: true }, publish: { topic: o, payload: hello } }';
    const tick = '{ id: t, on: { every: 1s }, publish: { topic: o, payload: "${now}" } }';
    expect(replayed(start, [], 1000)).toEqual(['1000 s - hello']);
    expect(replayed(start, messages)).toEqual(['100 s - hello']);
    expect(replayed(tick, [], 999, 2000)).toEqual(['1000 t - 1000', '2000 t - 2000']);
    expect(replayed(tick, [message(999, 'x', 1), message(2000, 'x', 1)])).toEqual(['1000 t - 1000', '2000 t - 2000']);
  });

  test('without a message is empty', () => {
    expect(replayed(HOLD, [])).toEqual([]);
    expect(replayed(HOLD, [], 5, 10)).toEqual([]);
    expect(replayed(HOLD, messages, 200)).toEqual([]);
    expect(replayed(HOLD, messages, undefined, 50)).toEqual([]);
  });

  test('gives a message to the rules of its broker', () => {
    const each = 'id: r\non: t/+k\npublish: { topic: "o/${k}", payload: "${payload}" }';
    expect(replayed(each, [message(1, 't/a', 1), message(2, 't/b', 2, 'plant')])).toEqual(['1 r a 1']);
  });

  test('drops payloads that are too large, as the engine does, but time goes on', () => {
    const replay = new Replay([programOf(HOLD)], OPTIONS);
    const steps = [
      ...replay.send(message(0, 't/a', 2)),
      ...replay.send(message(20, 't/a', 'x'.repeat(1000))),
      ...replay.end(),
    ];
    expect(steps.flatMap(([effects = []]) => effects.map(({ at }) => at))).toEqual([10]);
    expect([replay.messages, replay.oversize]).toEqual([2, 1]);
  });

  test('holds rules to their rate, in virtual time', () => {
    const rule = 'id: r\non: t\nrate_limit: { rate: 1, burst: 2 }\npublish: { topic: o, payload: "${payload}" }';
    const sent = [0, 0, 0, 500, 1000, 1000].map((at, i) => message(at, 't', i));
    expect(replayed(rule, sent)).toEqual(['0 r - 0', '0 r - 1', '1000 r - 4']);
  });

  test('steps through a long silence, and keeps no more of it than one moment', () => {
    const rule = 'id: r\non: t/+k\nif: payload > 1\nrepeat: 1s\npublish: { topic: "o/${k}", payload: "${held}" }';
    const replay = new Replay([programOf(rule)], { ...OPTIONS, until: 5_000_000 });
    void [...replay.send(message(0, 't/a', 2))];
    const sizes = [...replay.end()].map(([effects = []]) => effects.length);
    expect(Math.max(...sizes)).toBe(1);
    expect(sizes.reduce((a, b) => a + b)).toBe(5000);
  });

  test('goes on where a retained message lets what is overdue complete: at its millisecond, after its other messages', () => {
    const held = 'id: r\non: t/+k\ntimes: 2\nuntil: payload > 3\npublish: { topic: o, payload: "${payload}" }';
    const primed = [
      message(100, 't/a', 1),
      message(101, 't/a', 4),
      message(103, 't/a', 2, 'default', true),
      message(103, 't/b', 1),
      message(107, 't/a', 3),
    ];
    expect(replayed(held, primed)).toEqual(['103 r a 2']);
    expect(replayed(held, primed.slice(0, 4), undefined, 110)).toEqual(['103 r a 2']);
  });

  test('tells when a rule could not do something', () => {
    const notes: string[] = [];
    const rule = 'id: r\non: { topic: t, codec: json }\nlog: "${payload}"';
    effectsOf(rule, [message(7, 'other', 1), { ...message(7, 't', 1) }], {
      note: ({ reason }, at, place) => notes.push(`${at} ${place} ${reason}`),
    });
    expect(notes).toEqual([]);
    const broken = message(9, 't', 1);
    effectsOf(rule, [{ ...broken, delivery: { ...broken.delivery, payload: Buffer.from('{') } }], {
      note: ({ reason }, at, place) => notes.push(`${at} ${place} ${reason}`),
    });
    expect(notes).toEqual(['9 0 undecodable']);
  });
});

describe('the effects of a replay', () => {
  test('are those of the machine, however many steps time goes in', () => {
    fc.assert(
      fc.property(traffic, (messages) => {
        const played = messages.map(({ at, delivery }) => ({ at, topic: delivery.topic, payload: delivery.payload }));
        const last = played.at(-1)?.at ?? 0;
        // What is due at the last moment comes behind its messages: one that no rule hears shows it.
        const expected = play(MANY, [...played, { at: last + 1, topic: 'none' }]).filter(({ at }) => at <= last);
        expect(effectsOf(MANY, messages).map(effectLine)).toEqual(expected.map(effectLine));
      }),
      { numRuns: runs(100) },
    );
  });

  test('are the same when the same messages come again', () => {
    fc.assert(
      fc.property(traffic, (messages) => {
        const lines = (): string[] => effectsOf(MANY, messages, { until: 2000 }).map(effectLine);
        expect(lines()).toEqual(lines());
      }),
      { numRuns: runs(100) },
    );
  });
});

const ALERT =
  '{"rule":"a","key":"-","labels":{},"state":"firing","acknowledged":false,"severity":"bad","value":1,"since":"1970-01-01T00:00:00Z","firedAt":"1970-01-01T00:00:00Z","fingerprint":"8e98dd24fa4f4711"}';

describe('the line of an effect', () => {
  test('has its keys in order, and the payload as JSON where it is JSON', () => {
    const rules = `
- { id: p, on: t, publish: { topic: o, payload: { a: "\${payload}" }, qos: 0, retain: true, properties: { u: v }, content_type: x, message_expiry: 1m } }
- { id: t, on: t, publish: { topic: o, payload: "ON" } }
- { id: h, on: t, http: [{ url: "http://a/\${payload}" }, { url: "http://a/b", headers: { X: y }, body: [1] }] }
- { id: l, on: t, log: { level: warn, message: "a\\nb" } }
- { id: a, on: t, if: payload > 0, alert: { severity: bad } }`;
    expect(effectsOf(rules, [message(0, 't', 1)]).map(effectLine)).toEqual([
      '{"at":"1970-01-01T00:00:00.000Z","rule":"p","key":"-","type":"publish","topic":"o","payload":{"a":1},"qos":0,"retain":true,"properties":{"u":"v"},"content_type":"x","message_expiry":60}',
      '{"at":"1970-01-01T00:00:00.000Z","rule":"t","key":"-","type":"publish","topic":"o","payload":"ON","qos":1,"retain":false}',
      '{"at":"1970-01-01T00:00:00.000Z","rule":"h","key":"-","type":"http","method":"GET","url":"http://a/1","headers":{}}',
      '{"at":"1970-01-01T00:00:00.000Z","rule":"h","key":"-","type":"http","method":"POST","url":"http://a/b","headers":{"X":"y","Content-Type":"application/json"},"body":[1]}',
      '{"at":"1970-01-01T00:00:00.000Z","rule":"l","key":"-","type":"log","level":"warn","message":"a\\nb"}',
      `{"at":"1970-01-01T00:00:00.000Z","rule":"a","key":"-","type":"publish","topic":"alerts/a/-","payload":${ALERT},"qos":1,"retain":true}`,
      `{"at":"1970-01-01T00:00:00.000Z","rule":"a","key":"-","type":"alert","topic":"alerts/a/-","payload":${ALERT}}`,
    ]);
  });

  test.each([
    ['', '""'],
    ['null', 'null'],
    ['1.50', '1.5'],
    ['"ON"', '"ON"'],
    [' [1, 2] ', '[1,2]'],
    ['{"a": 1', '"{\\"a\\": 1"'],
    ['a\u2028\n', '"a\u2028\\n"'],
  ])('shows the payload %j as %s', (payload, shown) => {
    expect(lineWith(payload)).toContain(`"topic":"o","payload":${shown},"qos":0`);
  });

  test('shows a payload that is nested too deep as text', () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    expect(lineWith(deep)).toContain(`"payload":"${deep}"`);
  });

  function lineWith(payload: string): string {
    const effect = { type: 'publish', rule: 'r', key: '-', at: 0, broker: 'default', topic: 'o', qos: 0 } as const;
    return effectLine({ ...effect, payload, retain: false, hops: 1, properties: undefined });
  }
});

describe('a difference', () => {
  function difference(ours: string, theirs: string, messages: readonly RecordedMessage[]): string[] {
    const lines: string[] = [];
    const found = new Difference((line) => lines.push(line));
    const replay = new Replay([program(ours), program(theirs)], { ...OPTIONS, until: 2000 });
    for (const one of messages) for (const [a = [], b = []] of replay.send(one)) found.add(a, b);
    for (const [a = [], b = []] of replay.end()) found.add(a, b);
    found.end();
    expect(found.onlyOurs).toBe(lines.filter((line) => line.startsWith('- ')).length);
    expect(found.onlyTheirs).toBe(lines.filter((line) => line.startsWith('+ ')).length);
    return lines;
  }

  test('is what one did and the other did not, moment by moment', () => {
    const messages = [message(100, 't/a', 2), message(105, 't/b', 3), message(115, 't/c', 4)];
    const lines = difference(HOLD, HOLD.replace('10ms', '20ms').replace('> 1', '> 2'), messages);
    expect(lines.map((line) => line.replace(/"type.*/, ''))).toEqual([
      '- {"at":"1970-01-01T00:00:00.110Z","rule":"r","key":"a",',
      '- {"at":"1970-01-01T00:00:00.115Z","rule":"r","key":"b",',
      '- {"at":"1970-01-01T00:00:00.125Z","rule":"r","key":"c",',
      '+ {"at":"1970-01-01T00:00:00.125Z","rule":"r","key":"b",',
      '+ {"at":"1970-01-01T00:00:00.135Z","rule":"r","key":"c",',
    ]);
  });

  test('counts how often the same is done at one moment, and does not mind the order of rules', () => {
    const rules = [
      '{ id: a, on: t/+k, publish: { topic: o, payload: 1 } }',
      '{ id: b, on: t/+k, foreach: payload, publish: { topic: o, payload: 2 } }',
    ];
    const [ours, theirs] = [`- ${rules.join('\n- ')}`, `- ${rules.toReversed().join('\n- ')}`];
    expect(difference(ours, theirs, [message(1, 't/x', [1, 2])])).toEqual([]);
    const once = theirs.replace('foreach: payload, ', '');
    expect(difference(ours, once, [message(1, 't/x', [1, 2])]).map((line) => line.slice(0, 2))).toEqual(['- ']);
    expect(difference(once, ours, [message(1, 't/x', [1, 2])]).map((line) => line.slice(0, 2))).toEqual(['+ ']);
  });

  test('is what is left of the lines of both when those of one time that both have are taken out', () => {
    const other = MANY.replace('throttle: 20ms', 'throttle: 30ms').replace('repeat: 15ms', 'repeat: 20ms');
    fc.assert(
      fc.property(traffic, (messages) => {
        const [ours, theirs] = [MANY, other].map((rules) =>
          effectsOf(rules, messages, { until: 2000 }).map(effectLine),
        );
        const expected = [
          ...onlyIn(ours ?? [], theirs ?? []).map((line) => `- ${line}`),
          ...onlyIn(theirs ?? [], ours ?? []).map((line) => `+ ${line}`),
        ].sort((a, b) => Math.sign(timeOf(a) - timeOf(b)));
        expect(difference(MANY, other, messages)).toEqual(expected);
      }),
      { numRuns: runs(100) },
    );
  });

  /** The time is in the line, so lines of different times differ. */
  function onlyIn(lines: readonly string[], others: readonly string[]): string[] {
    const left = [...others];
    return lines.filter((line) => {
      const place = left.indexOf(line);
      if (place !== -1) left.splice(place, 1);
      return place === -1;
    });
  }

  function timeOf(line: string): number {
    return Date.parse((JSON.parse(line.slice(2)) as { at: string }).at);
  }
});
