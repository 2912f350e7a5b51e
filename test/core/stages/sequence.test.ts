import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';

type Step = readonly [at: number, topic: string, payload?: unknown, retained?: boolean];

/** When the rule acts, and with which message. */
function acts(rule: string, steps: readonly Step[], end = 1_000_000): string[] {
  const player = new Player(rule);
  const effects = steps.flatMap(([at, topic, payload = 'x', retained = false]) =>
    player.send({ at, topic, payload, retained }),
  );
  effects.push(...player.advance(end));
  return effects.map((effect) => `${effect.at} ${effect.key} ${effect.type === 'log' ? effect.message : '?'}`);
}

const GATES = 'id: r\nsequence: [{ on: a }, { on: b, within: 10s }]\nlog: "${payload}"';
const UNANSWERED = 'id: r\nsequence: [{ on: a }, { not: b, within: 5s }]\nlog: "${payload}"';
const DOORS = 'id: r\nsequence: [{ on: [a, b] }, { not: [c, { topic: d }], within: 5s }]\nlog: "${topic}"';
const BOTH =
  'id: r\nsequence: [{ on: "+k/a" }, { not: "+k/b", within: 5s }, { on: "+k/c", within: 10s }]\nlog: "${k} ${topic}"';

describe('a sequence', () => {
  test.each<[string, Step[], string[]]>([
    [
      'b within its time of a',
      [
        [0, 'a'],
        [5000, 'b', 'B'],
      ],
      ['5000 - B'],
    ],
    [
      'b exactly at its time',
      [
        [0, 'a'],
        [10_000, 'b', 'B'],
      ],
      ['10000 - B'],
    ],
    [
      'b a moment too late',
      [
        [0, 'a'],
        [10_001, 'b'],
      ],
      [],
    ],
    ['b without a', [[0, 'b']], []],
    [
      'b before a',
      [
        [0, 'b'],
        [1, 'a'],
      ],
      [],
    ],
    [
      'the latest a counts',
      [
        [0, 'a'],
        [8000, 'a'],
        [12_000, 'b', 'B'],
      ],
      ['12000 - B'],
    ],
    [
      'what has matched is used up',
      [
        [0, 'a'],
        [1, 'b', 'B'],
        [2, 'b'],
      ],
      ['1 - B'],
    ],
    [
      'b in the same millisecond',
      [
        [0, 'a'],
        [0, 'b', 'B'],
      ],
      ['0 - B'],
    ],
    [
      'retained messages are no steps',
      [
        [0, 'a', 'x', true],
        [1, 'b'],
        [2, 'a'],
        [3, 'b', 'x', true],
      ],
      [],
    ],
  ])('of a, then b: %s', (_, steps, expected) => {
    expect(acts(GATES, steps)).toEqual(expected);
  });

  test.each<[string, Step[], string[]]>([
    ['acts when the time is over, with the last message that came', [[0, 'a', 'A']], ['5000 - A']],
    [
      'is quiet when b comes',
      [
        [0, 'a'],
        [4999, 'b'],
      ],
      [],
    ],
    [
      'sees a b of the very last millisecond',
      [
        [0, 'a'],
        [5000, 'b'],
      ],
      [],
    ],
    [
      'counts each beginning for itself',
      [
        [0, 'a', 1],
        [1000, 'a', 2],
      ],
      ['5000 - 1', '6000 - 2'],
    ],
    [
      'b answers all that came before it',
      [
        [0, 'a', 1],
        [1000, 'a', 2],
        [2000, 'b'],
        [3000, 'a', 3],
      ],
      ['8000 - 3'],
    ],
  ])('of a, and no b after it, %s', (_, steps, expected) => {
    expect(acts(UNANSWERED, steps)).toEqual(expected);
  });

  test('waits for any of several topics', () => {
    const steps: Step[] = [
      [0, 'b'],
      [10_000, 'a'],
      [12_000, 'd'],
    ];
    expect(acts(DOORS, steps)).toEqual(['5000 - b']);
  });

  test('goes on after a silence, and each key has its own', () => {
    const steps: Step[] = [
      [0, '1/a'],
      [1000, '2/a'],
      [2000, '2/b'],
      [4000, '1/c'], // The silence is not over yet.
      [6000, '1/c'],
      [7000, '2/c'],
    ];
    expect(acts(BOTH, steps)).toEqual(['6000 1 1 1/c']);
    expect(
      acts(BOTH, [
        [0, '1/a'],
        [15_000, '1/c'],
      ]),
    ).toEqual(['15000 1 1 1/c']);
    expect(
      acts(BOTH, [
        [0, '1/a'],
        [15_001, '1/c'],
      ]),
    ).toEqual([]);
  });

  test('takes one message for one step only, and does not take an unknown condition for true', () => {
    const twice = 'id: r\nsequence: [{ on: a }, { on: a, within: 10s }]\nlog: "${payload}"';
    expect(
      acts(twice, [
        [0, 'a', 1],
        [1, 'a', 2],
        [2, 'a', 3],
        [3, 'a', 4],
      ]),
    ).toEqual(['1 - 2', '3 - 4']);
    const tested = 'id: r\nsequence: [{ on: a, if: v > 1 }, { on: b, if: v > 1 }]\nlog: "${v}"';
    expect(
      acts(tested, [
        [0, 'a', {}],
        [1, 'b', { v: 2 }],
        [2, 'a', { v: 2 }],
        [3, 'b', { v: 0 }],
        [4, 'b', { v: 3 }],
      ]),
    ).toEqual(['4 - 3']);
  });

  test('is not silent for one beginning because the message is the step of another', () => {
    const rule = 'id: r\nsequence: [{ on: a }, { not: b, within: 10s }, { on: b, within: 1m }]\nlog: "${payload}"';
    const steps: Step[] = [
      [0, 'a'], // Waits for b from 10 s on, which comes at 20 s,
      [15_000, 'a'], // within the 10 s in which none may come after this one.
      [20_000, 'b', 1],
      [30_000, 'b', 2],
    ];
    expect(acts(rule, steps)).toEqual(['20000 - 1']);
  });

  test('is held to the condition of the rule, its throttle and its memory', () => {
    const rule = `${GATES}\nif: payload > 1\nmemory: { n: 0 }\nset: { n: n + 1 }\nthrottle: 1m`.replace(
      '"${payload}"',
      '"${n}"',
    );
    expect(
      acts(rule, [
        [0, 'a'],
        [1, 'b', 1],
        [2, 'a'],
        [3, 'b', 2],
        [4, 'a'],
        [5, 'b', 3],
        [60_003, 'a'],
        [60_004, 'b', 4],
      ]),
    ).toEqual(['3 - 1', '60004 - 3']);
  });

  const steps = fc
    .array(fc.tuple(fc.constantFrom(0, 1, 2, 3, 5, 10), fc.constantFrom('a', 'b')), { maxLength: 30 })
    .map((list) => {
      let at = 0;
      return list.map(([wait, topic], i): Step => [(at += wait * 1000), topic, i]);
    });

  test('of a, then b: acts on a b exactly if the latest a came after the last b, within its time', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const expected = steps.flatMap(([at, topic], i) => {
          const before = steps.slice(0, i);
          const [a, b] = ['a', 'b'].map((name) => before.findLastIndex(([, other]) => other === name));
          const began = steps[a ?? -1];
          return topic === 'b' && began !== undefined && (a ?? -1) > (b ?? -1) && at - began[0] <= 10_000
            ? [`${at} - ${i}`]
            : [];
        });
        expect(acts(GATES, steps)).toEqual(expected);
      }),
      { numRuns: runs(300) },
    );
  });

  test('of a, and no b: acts for every a after which no b comes in time; saved and read back in between, all the same', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (steps, isSaved) => {
        const expected = steps.flatMap(([at, topic], i) => {
          const answered = steps.slice(i + 1).some(([other, name]) => name === 'b' && other <= at + 5000);
          return topic === 'a' && !answered ? [[at + 5000, i]] : [];
        });
        const player = new Player(UNANSWERED);
        const found = steps.flatMap(([at, topic, payload]) => {
          const effects = player.send({ at, topic, payload });
          if (isSaved) {
            player.reload(UNANSWERED);
            for (const { cells } of player.machine.running)
              for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
          }
          return effects;
        });
        found.push(...player.advance(1_000_000));
        expect(found.map((effect) => [effect.at, effect.type === 'log' ? Number(effect.message) : -1])).toEqual(
          expected.toSorted((x, y) => (x[0] ?? 0) - (y[0] ?? 0)),
        );
      }),
      { numRuns: runs(300) },
    );
  });

  test('takes up a hundred beginnings that wait for silence, and counts those beyond', () => {
    const player = new Player(UNANSWERED);
    for (let i = 0; i < 150; i++) player.send({ at: i, topic: 'a' });
    expect(player.advance(10_000).length).toBe(100);
    expect(player.machine.tallyOf('r')?.suppressed.sequence_full).toBe(50);
  });
});
