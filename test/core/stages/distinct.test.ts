import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { Stage } from '../machine/acting.ts';

const rule = (distinct: string, log = '"${payload}"', more = ''): Stage =>
  new Stage(`{ id: r, on: a, distinct: ${distinct}, log: ${log} ${more} }`);

describe('distinct', () => {
  test('with an expression acts when its value differs from that of the last action', () => {
    expect(rule('payload % 10').sendAll('a', [1, 11, 2, 22, 1])).toEqual(['info: 1', 'info: 2', 'info: 1']);
  });

  test('takes JSON-logic as well', () => {
    expect(rule('{ "%": [{ var: payload }, 10] }').sendAll('a', [1, 11, 2])).toEqual(['info: 1', 'info: 2']);
  });

  test('does not act where the value is unknown, and remembers the last one', () => {
    const stage = rule('payload.v', '"${payload}"');
    expect(stage.sendAll('a', [{ v: 1 }, {}, { v: null }, { v: 1 }, { v: 2 }])).toEqual([
      'info: {"v":1}',
      'info: {"v":2}',
    ]);
    expect(stage.tally().suppressed.distinct).toBe(3);
  });

  test('compares lists and mappings by what is in them', () => {
    expect(rule('payload').sendAll('a', ['{"a":1,"b":[2]}', '{"b":[2],"a":1}', '{"a":1,"b":[3]}'])).toHaveLength(2);
  });

  test('lets the first pass, whatever it is', () => {
    for (const first of [0, '""', false, '[]', '{}'])
      expect(rule('payload', 'x').sendAll('a', [first, first])).toHaveLength(1);
  });

  test('of true compares what would be sent: topic, payload, properties, level', () => {
    const publishing = new Stage(`
      id: r
      on: a
      distinct: true
      publish: { topic: "t/\${t}", payload: "\${p}", properties: { u: "\${u}" }, content_type: "\${c}" }`);
    const sent = { t: 1, p: 1, u: 1, c: 1 };
    expect(publishing.sendAll('a', [sent, { ...sent, other: 2 }])).toEqual(['t/1 1']);
    for (const name of ['t', 'p', 'u', 'c']) {
      expect(
        publishing.sendAll('a', [
          { ...sent, [name]: 2 },
          { ...sent, [name]: 2 },
        ]),
      ).toHaveLength(1);
    }
    expect(rule('true').sendAll('a', ['x', 'x', 'y'])).toEqual(['info: x', 'info: y']);
  });

  test('of true renders once, and performs what it rendered', () => {
    const stage = rule('true', '["${payload.x}", "${payload.y}"]', ', on_error: { log: "${error}" }');
    expect(stage.send('a', { x: 1 })).toEqual(['info: 1', 'info: ${payload.y} in the log message is unknown']);
    expect(stage.send('a', { x: 1 })).toEqual(['info: ${payload.y} in the log message is unknown']);
    expect(stage.tally().errors.unknown_value).toBe(2);
  });

  test('acts exactly when the value is known and differs from the last one acted with, for any history', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 2, '1', [1], { a: 1 }, null), { maxLength: 30 }), (values) => {
        const model: unknown[] = [];
        for (const value of values) {
          if (value !== null && (model.length === 0 || JSON.stringify(model.at(-1)) !== JSON.stringify(value)))
            model.push(value);
        }
        const acted = rule('payload.v', '"${payload.v}"').sendAll(
          'a',
          values.map((v) => ({ v })),
        );
        expect(acted).toEqual(
          model.map((value) => `info: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
        );
      }),
      { numRuns: runs(200) },
    );
  });

  test('of true holds back no failure: it is counted and given to on_error every time', () => {
    const stage = new Stage(
      '{ id: r, on: a, memory: { n: 0 }, distinct: true, log: [same, "${payload.x}"], on_error: { set: { n: n + 1 }, log: "${n}" } }',
    );
    expect(stage.sendAll('a', [{}, {}, {}])).toEqual(['info: same', 'info: 1', 'info: 2', 'info: 3']);
    expect(stage.tally().errors.unknown_value).toBe(3);
    expect(stage.tally().suppressed.distinct).toBe(2);
    expect(stage.tally().fired).toBe(1);
  });
});
