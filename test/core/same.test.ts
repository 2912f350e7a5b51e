import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BudgetError } from '../../src/core/logic/budget.ts';
import { same } from '../../src/core/same.ts';
import { runs } from '../property-runs.ts';

describe('two values are the same', () => {
  test.each<[unknown, unknown, boolean]>([
    [1, 1, true],
    [0, -0, true],
    [1, '1', false],
    ['a', 'a', true],
    [null, null, true],
    [null, 0, false],
    [null, {}, false],
    [[], {}, false],
    [[1, [2]], [1, [2]], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: null }, false],
    [{ a: undefined }, { b: 1 }, false],
    [JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}'), false],
    [JSON.parse('{"toString":1}'), { a: 1 }, false],
    [JSON.parse('[1e999]'), [null], true],
    [JSON.parse('[-1e999]'), [0], false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(same(a, b)).toBe(expected);
    expect(same(b, a)).toBe(expected);
  });

  test('unless they are nested too deeply to tell', () => {
    const deep = (): unknown => {
      let value: unknown = 1;
      for (let i = 0; i < 100_000; i++) value = [value];
      return value;
    };
    expect(() => same(deep(), deep())).toThrow(BudgetError);
  });

  test('when their JSON says so', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const canonical = (json: unknown): string =>
      JSON.stringify(json, (_, inner: unknown) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? ['a mapping of', ...Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))]
          : inner,
      );
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(same(a, structuredClone(a))).toBe(true);
        expect(same(a, b)).toBe(canonical(a) === canonical(b));
      }),
      { numRuns: runs(500) },
    );
  });
});
