import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberText } from '../../src/core/number-text.ts';
import { runs } from '../property-runs.ts';

const decimal = fc
  .tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, places]) => digits / 10 ** places);

test('writes every number as JavaScript does', () => {
  for (const value of [0, -0, 0.1, -0.5, 21.05, 0.001, 999_999_999.999, 5e11 + 0.5, 1e21, 1e-7, 5e-324, 2 ** 53 / 1000])
    expect(numberText(value)).toBe(String(value));
  fc.assert(
    fc.property(fc.oneof(decimal, fc.double({ noNaN: true }), fc.integer()), (value) => {
      expect(numberText(value)).toBe(String(value));
    }),
    { numRuns: runs(20_000) },
  );
});
