import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';
import { points } from './level-model.ts';

interface Heard {
  readonly at: number;
  readonly k: string;
  readonly live: boolean;
}

interface Settings {
  readonly after: number;
  readonly keys: readonly string[];
  readonly repeat: number | undefined;
}

function ruleOf({ after, keys, repeat }: Settings): string {
  return JSON.stringify({
    id: 'r',
    on: 't/+k',
    absent: { after: `${after}ms`, keys },
    repeat: repeat === undefined ? undefined : `${repeat}ms`,
    log: "${k} ${n ?? 'none'} silent ${held}",
    end: { log: '${k} ${n} back ${held}' },
  });
}

function played(rule: string, heard: readonly Heard[], end: number): string[] {
  const player = new Player(rule);
  const effects = heard.flatMap(({ at, k, live }, n) =>
    player.send({ at, topic: `t/${k}`, payload: { n }, retained: !live }),
  );
  expect(player.notes).toEqual([]);
  return [...effects, ...player.advance(end)].map((effect) =>
    effect.type === 'log' ? `${effect.at}: ${effect.message}` : effect.type,
  );
}

/**
 * Since when a key is waited for, by what has been heard: its last live message, else the start for a key that the rule
 * names, else its first retained one. `n` is the place of that message.
 */
function waitsSince(
  heard: readonly (Heard & { n: number })[],
  isNamed: boolean,
): { at: number; n: number } | undefined {
  return heard.findLast(({ live }) => live) ?? (isNamed ? { at: 0, n: -1 } : heard[0]);
}

/** What the rule does: silence is worked out for each millisecond from all that was heard before. */
function expected({ after, keys, repeat }: Settings, heard: readonly Heard[], end: number): string[] {
  return [...new Set([...keys, ...heard.map(({ k }) => k)])]
    .flatMap((k, order) => {
      const history = heard.map((one, n) => ({ ...one, n })).filter((one) => one.k === k);
      return [...points(history, end)].flatMap(({ at, seen, late }) => {
        const before = late ? seen : seen - 1;
        const since = waitsSince(history.slice(0, before), keys.includes(k));
        if (since === undefined) return [];
        const over = at - since.at - after;
        if (!late) {
          const { n, live } = history[before] as (typeof history)[number]; // It has just been seen.
          return live && over > 0 ? [{ at, rank: n, text: `${at}: ${k} ${n} back ${at - since.at}` }] : [];
        }
        if (over !== 0 && !(repeat !== undefined && over > 0 && over % repeat === 0)) return [];
        const n = since.n === -1 ? 'none' : since.n;
        return [{ at, rank: heard.length + order, text: `${at}: ${k} ${n} silent ${at - since.at}` }];
      });
    })
    .sort((a, b) => a.at - b.at || a.rank - b.rank)
    .map(({ text }) => text);
}

const histories = fc
  .record<Settings>({
    after: fc.integer({ min: 1, max: 9 }),
    keys: fc.constantFrom<string[]>([], [], ['a'], ['c', 'b']),
    repeat: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  })
  .chain((settings) => {
    const { after, repeat = after } = settings;
    const wait = fc.oneof(fc.constant(0), fc.constantFrom(1, after, after + repeat), fc.nat(9));
    const step = fc.record({ wait, k: fc.constantFrom('a', 'b'), live: fc.constantFrom(true, true, false) });
    return fc.tuple(fc.constant(settings), fc.array(step, { maxLength: 10 }));
  })
  .map(([settings, steps]): [Settings, Heard[]] => {
    let at = 0;
    return [settings, steps.map(({ wait, ...rest }) => ({ at: (at += wait), ...rest }))];
  });

describe('absent', () => {
  test('acts, repeats and ends as silence begins, lasts and is broken, for any history', () => {
    fc.assert(
      fc.property(histories, ([settings, heard]) => {
        const end = (heard.at(-1)?.at ?? 0) + 25;
        expect(played(ruleOf(settings), heard, end)).toEqual(expected(settings, heard, end));
      }),
      { numRuns: runs(500) },
    );
  });
});

test('a retained message is no sign of life, whatever the rule says of retained ones', () => {
  const player = new Player('id: r\non: { topic: s, retained: use }\nabsent: 10s\nlog: gone\nend: { log: back }');
  player.send({ at: 0, topic: 's', payload: 1 });
  player.send({ at: 5_000, topic: 's', payload: 1, retained: true });
  expect(player.advance(10_000)).toMatchObject([{ message: 'gone' }]);
  expect(player.send({ at: 11_000, topic: 's', payload: 1, retained: true })).toEqual([]);
  expect(player.send({ at: 12_000, topic: 's', payload: 1 })).toMatchObject([{ message: 'back' }]);
});

test.each([
  ['on: s', '["-"]', ['- none none']],
  ['on: s', '[[]]', ['- none none']],
  ['on: s/+a/+b', '[x/y]', ['x/y x y']],
  ['on: s/+a/+b\nby: b', '[x]', ['x none x']],
  ['on: s/+a/+b\nby: [b, n, a]', '[[x, 1, y]]', ['x/1/y y x']],
])('a key that has had no message stands for the wildcards that it is made of: %s', (on, keys, expected) => {
  const player = new Player(
    `id: r\n${on}\nabsent: { after: 10s, keys: ${keys} }\nlog: "\${key} \${a ?? 'none'} \${b ?? 'none'}"`,
  );
  expect(player.advance(10_000).map((effect) => (effect.type === 'log' ? effect.message : '?'))).toEqual(expected);
});

test('silence is a condition that a timer finds true, and a message false', () => {
  for (const keys of ['log: x', 'alert: { severity: high }']) {
    const player = new Player(`{ id: r, on: t, absent: 5ms, ${keys} }`);
    player.send({ at: 0, topic: 't' });
    player.advance(20);
    expect(player.machine.tallyOf('r')?.evaluations).toEqual({ true: 1, false: 1, unknown: 0 });
  }
});
