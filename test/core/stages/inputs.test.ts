import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player } from '../../../src/testing/play.ts';
import { runs } from '../../property-runs.ts';

function outputs(
  player: Player,
  topic: string,
  payload: unknown,
  rest: { at?: number; retained?: boolean } = {},
): string[] {
  return player.send({ topic, payload, ...rest }).map((effect) => (effect.type === 'log' ? effect.message : '?'));
}

describe('named inputs', () => {
  test('are evaluated when either changes, with the latest value of each', () => {
    const player = new Player("id: r\non: { a: x/a, b: x/b }\nlog: \"${a ?? 'none'} ${b ?? 'none'} ${payload}\"");
    expect(outputs(player, 'x/a', 1)).toEqual(['1 none 1']);
    expect(outputs(player, 'x/b', 2)).toEqual(['1 2 2']);
    expect(outputs(player, 'x/a', 3)).toEqual(['3 2 3']);
  });

  test('have the captures that all of them share as their key, in the order of the first', () => {
    const player = new Player(
      'id: r\non: { a: x/+p/+q/a, b: "+q/+p/+other/b" }\nlog: "${key} ${a ?? \'none\'} ${b ?? \'none\'}"',
    );
    expect(outputs(player, 'x/1/2/a', 'A')).toEqual(['1/2 A none']);
    expect(outputs(player, '2/1/9/b', 'B')).toEqual(['1/2 A B']);
    expect(outputs(player, '1/2/9/b', 'C')).toEqual(['2/1 none C']);
  });

  test('may be any of several topics each', () => {
    const player = new Player(
      'id: r\non: { a: [x/+p, { topic: y/+p, codec: text }], b: z/+p }\nlog: "${key} ${a} ${b}"',
    );
    outputs(player, 'z/1', 1);
    expect(outputs(player, 'x/1', 2)).toEqual(['1 2 1']);
    expect(outputs(player, 'y/1', 3)).toEqual(['1 3 1']);
  });

  test('are filled in by retained messages, which do not act', () => {
    const player = new Player('id: r\non: { a: x/a, b: x/b }\nif: a > b\nfire: rise\nlog: "${a} ${b}"');
    expect(outputs(player, 'x/b', 1, { retained: true })).toEqual([]);
    expect(outputs(player, 'x/a', 2)).toEqual(['2 1']);
  });

  test('mean what they were when the condition was last known, when a timer acts', () => {
    const player = new Player(
      'id: r\non: { a: x/a, b: x/b }\nif: a > 5 and b > 5\nfor: 1m\nrepeat: 1m\nlog: "${a} ${b} ${age(a)}"',
    );
    outputs(player, 'x/a', 6, { at: 0 });
    outputs(player, 'x/b', 7, { at: 1000 });
    outputs(player, 'x/a', 'unavailable', { at: 30_000 });
    expect(player.advance(121_000)).toMatchObject([{ message: '6 7 61000' }, { message: '6 7 121000' }]);
  });

  test('know their age', () => {
    const player = new Player("id: r\non: { a: x/a, b: x/b }\nlog: \"${age(a) ?? 'none'} ${age(b) ?? 'none'}\"");
    expect(outputs(player, 'x/a', 1, { at: 1000 })).toEqual(['0 none']);
    expect(outputs(player, 'x/b', 1, { at: 3500 })).toEqual(['2500 0']);
  });

  test('take a message that several of them listen to once, for all', () => {
    const player = new Player('id: r\non: { all: { topic: "x/#" }, b: x/b }\nlog: "${all} ${b ?? \'none\'}"');
    expect(outputs(player, 'x/a', 1)).toEqual(['1 none']);
    expect(outputs(player, 'x/b', 2)).toEqual(['2 2']);
  });

  test('may be called as anything is called that a mapping inherits', () => {
    const player = new Player(
      "id: r\non: { constructor: x/a, valueOf: x/b }\nlog: \"${constructor ?? 'none'} ${valueOf ?? 'none'}\"",
    );
    expect(outputs(player, 'x/b', 2)).toEqual(['none 2']);
  });

  test('are what a table of the last messages says, through reloads and JSON', () => {
    const rules = 'id: r\non: { a: x/+k/a, b: x/+k/b, c: x/+k/c }\nlog: "${a ?? 0}${b ?? 0}${c ?? 0}"';
    const step = fc.record({
      k: fc.constantFrom('1', '2'),
      name: fc.constantFrom('a', 'b', 'c'),
      value: fc.integer({ min: 1, max: 9 }),
      retained: fc.boolean(),
      reload: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const player = new Player(rules);
        const latest = new Map<string, number>();
        for (const { k, name, value, retained, reload } of steps) {
          if (reload) {
            player.reload(`${rules} `);
            for (const { cells } of player.machine.running) {
              for (const cell of cells.values()) cell.states = JSON.parse(JSON.stringify(cell.states)) as unknown[];
            }
          }
          latest.set(k + name, value);
          const all = ['a', 'b', 'c'].map((each) => latest.get(k + each) ?? 0).join('');
          expect(outputs(player, `x/${k}/${name}`, value, { retained })).toEqual(retained ? [] : [all]);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});
