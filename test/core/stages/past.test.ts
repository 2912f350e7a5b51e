import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { Player } from '../../../src/testing/play.ts';
import { Stage } from '../machine/acting.ts';

/** What an expression is for each payload, with `?` for unknown. */
function values(expression: string, payloads: readonly unknown[], keys = ''): string[] {
  const stage = new Stage(
    `{ id: r, on: a, let: { shown: ${JSON.stringify(expression)} } ${keys}, log: "\${shown ?? '?'}" }`,
  );
  return stage.sendAll('a', payloads).map((line) => line.slice('info: '.length));
}

describe('the past of a key', () => {
  test.each([
    [
      'changed(payload.v)',
      [{ v: 1 }, { v: 1 }, { v: 2 }, {}, { v: 2 }, { v: 3 }],
      ['?', 'false', 'true', '?', 'false', 'true'],
    ],
    [
      'changed(payload)',
      [{ a: 1, b: 2 }, { b: 2, a: 1 }, [1], [1], 'ON', 'OFF'],
      ['?', 'false', 'true', 'false', 'true', 'true'],
    ],
    ['delta(payload.v)', [{ v: 5 }, { v: 7 }, {}, { v: 4 }, { v: '6' }], ['?', '2', '?', '-3', '2']],
    ['delta(payload)', [5, '"unavailable"', 7, true, 8], ['?', '?', '2', '?', '1']],
    ['previous', [1, 2, '"x"'], ['?', '1', '2']],
    ['previous.v', [{ v: 1 }, {}, { v: 3 }], ['?', '1', '?']],
    [
      'changed(payload.a) or changed(payload.b)',
      [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
        { a: 2, b: 2 },
        { a: 2, b: 3 },
      ],
      ['?', 'true', 'false', 'true'],
    ],
    ['changed(previous)', [1, 1, 2, 2], ['?', '?', 'false', 'true']],
    ['delta(now)', [1, 2], ['?', '0']],
  ])('%s for %j is %j', (expression, payloads, expected) => {
    expect(values(expression, payloads)).toEqual(expected);
  });

  test.each([
    ['until: changed(lap)', ['a 1', 'e 3']],
    ['until: delta(lap) > 0', ['a 1', 'e 3']],
    ['until: lap > previous.lap', ['a 1', 'e 3']],
    ['until: { if: changed(lap), for: 0s }', ['a 1', 'e 3']],
    ['until: delta(t) < -5', ['a 1']],
  ])('is known to what ends a level, though nothing else asks: %s', (until, expected) => {
    const player = new Player(`id: r\non: s\nif: t > 1\n${until}\nlog: "a \${n}"\nend: { log: "e \${n}" }`);
    const sent = [
      { n: 1, t: 2, lap: 1 },
      { n: 2, t: 0, lap: 1 },
      { n: 3, t: 0, lap: 2 },
    ].flatMap((payload) => player.send({ topic: 's', payload }));
    expect(sent.map((effect) => (effect.type === 'log' ? effect.message : ''))).toEqual(expected);
  });

  test('is known to what ends the level of results of a window', () => {
    const player = new Player(
      'id: r\non: s\nwindow: { count: 1 }\naggregate: { m: max(t) }\nif: m > 1\nuntil: changed(m)\nlog: a\nend: { log: e }',
    );
    const sent = [2, 2, 3].flatMap((t) => player.send({ topic: 's', payload: { t } }));
    expect(sent.map((effect) => (effect.type === 'log' ? effect.message : ''))).toEqual(['a', 'e']);
  });

  test.each([
    ['payload > previous', ['a', 5, 'b', 1, 'b', 2], 2],
    ['changed(payload)', ['b', 1, 'a', 2, 'b', 1], 1],
  ])('is known to the steps of a sequence: %s', (condition, messages, acted) => {
    const player = new Player(
      `id: r\nsequence: [{ on: a }, { on: b, if: "${condition}", within: 50s }]\nlog: "\${payload}"`,
    );
    const effects = [0, 2, 4].flatMap((i) => player.send({ topic: String(messages[i]), payload: messages[i + 1] }));
    expect(effects).toMatchObject([{ message: String(acted) }]);
  });

  test('is worked out for each message that `where` lets in, wherever it is asked for', () => {
    const stage = new Stage(`
      id: r
      on: a
      where: v != 0
      if: go == true and changed(v)
      log: "\${delta(v)} \${changed(w) ?? 'first'}"`);
    const sent = [{ v: 1 }, { v: 5 }, { v: 0 }, { v: 5, go: true }, { v: 6, w: 1 }, { v: 8, w: 2, go: true }];
    expect(stage.sendAll('a', sent)).toEqual(['info: 2 true']);
  });

  test('is the same for the same question asked twice, and of its own for another', () => {
    expect(values('[changed(payload), changed(payload), delta(payload), delta(payload)][3]', [1, 4])).toEqual([
      '?',
      '3',
    ]);
  });

  test('of a let and of the memory is that of their values', () => {
    const stage = new Stage(
      "{ id: r, on: a, memory: { n: 0 }, let: { high: payload > 10 }, set: { n: payload }, log: \"${changed(high) ?? '?'} ${delta(n) ?? '?'}\" }",
    );
    expect(stage.sendAll('a', [5, 11, 12])).toEqual(['info: ? ?', 'info: true 5', 'info: false 6']);
  });

  test('is what the last known values say, for any history', () => {
    const payload = fc.record({ v: fc.constantFrom<unknown>(null, 1, 2, 3, '2', 'x', [1]) });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 30 }), (payloads) => {
        const before = (i: number): unknown[] =>
          payloads
            .slice(0, i)
            .map(({ v }) => v)
            .filter((v) => v !== null);
        const isNumber = (v: unknown): boolean => typeof v === 'number' || v === '2';
        const changed = payloads.map(({ v }, i) => {
          const last = before(i).at(-1);
          return v === null || last === undefined ? '?' : String(JSON.stringify(v) !== JSON.stringify(last));
        });
        const delta = payloads.map(({ v }, i) => {
          const last = before(i).filter(isNumber).at(-1);
          return !isNumber(v) || last === undefined ? '?' : String(Number(v) - Number(last));
        });
        expect(values('changed(payload.v)', payloads)).toEqual(changed);
        expect(values('delta(payload.v)', payloads)).toEqual(delta);
      }),
      { numRuns: runs(150) },
    );
  });
});
