import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { Stage } from '../machine/acting.ts';

describe('the condition', () => {
  test('absent is true', () => {
    const stage = new Stage('{ id: r, on: a, log: x, else: { log: never } }');
    expect(stage.sendAll('a', [1, 'null', {}])).toEqual(['info: x', 'info: x', 'info: x']);
    expect(stage.tally().evaluations.true).toBe(3);
  });

  test.each([
    ['temperature > 30', { temperature: 31 }, 'true'],
    ['temperature > 30', { temperature: 30 }, 'false'],
    ['temperature > 30', { temperature: '31' }, 'true'],
    ['temperature > 30', {}, 'unknown'],
    ['temperature > 30', { temperature: null }, 'unknown'],
    ['temperature > 30', { temperature: 'unavailable' }, 'unknown'],
    ['temperature > 30', { temperature: true }, 'unknown'],
    ['temperature > 30', 'nan', 'unknown'],
    ['temperature', { temperature: 0 }, 'false'],
    ['temperature', { temperature: 'text' }, 'true'],
    ['temperature', { temperature: [] }, 'false'],
    ['temperature', { temperature: {} }, 'true'],
    ['temperature == null', {}, 'true'],
    ['false and temperature', {}, 'false'],
    ['true or temperature', {}, 'true'],
    ['true and temperature', {}, 'unknown'],
    [true, {}, 'true'],
    [false, {}, 'false'],
    [0, {}, 'false'],
    [{ '>': [{ var: 'temperature' }, 30] }, { temperature: 31 }, 'true'],
    [{ '>': [{ var: 'temperature' }, 30] }, {}, 'unknown'],
    [{ var: 'temperature' }, {}, 'unknown'],
  ])('%j of %j is %s', (condition, payload, result) => {
    const stage = new Stage(`{ id: r, on: a, if: ${JSON.stringify(condition)}, log: "true", else: { log: "false" } }`);
    expect(stage.send('a', payload)).toEqual(result === 'unknown' ? [] : [`info: ${result}`]);
    expect(stage.tally().evaluations).toEqual({ true: 0, false: 0, unknown: 0, [result]: 1 });
  });

  test('acts on every message for which it is true, and by else where it is false, for any history', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 2, 3, null, 'x')), (payloads) => {
        const stage = new Stage('{ id: r, on: a, if: v > 1, log: "yes ${v}", else: { log: "no ${v}" } }');
        const known = payloads.filter((v) => typeof v === 'number');
        const sent = stage.sendAll(
          'a',
          payloads.map((v) => ({ v })),
        );
        expect(sent).toEqual(known.map((v) => `info: ${v > 1 ? 'yes' : 'no'} ${v}`));
        expect(stage.tally().evaluations.unknown).toBe(payloads.length - known.length);
      }),
      { numRuns: runs(100) },
    );
  });
});
