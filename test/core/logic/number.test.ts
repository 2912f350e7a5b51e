import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { evaluate } from './evaluate.ts';
import { tableOf } from './table.ts';

const X = { var: 'x' };

tableOf('arithmetic', [
  [{ '+': [1, 2] }, 3],
  [{ '+': ['1', 2, '3.5'] }, 6.5],
  [{ '+': [X] }, 3, { x: '3' }],
  [{ '-': [5, '3'] }, 2],
  [{ '-': [X] }, -3, { x: '3' }],
  [{ '*': [2, '3', 4] }, 24],
  [{ '*': [1] }, 1],
  [{ '/': [1, 4] }, 0.25],
  [{ '%': [-7, 3] }, -1],
  [{ '%': [7.5, '2'] }, 1.5],
]);

tableOf('arithmetic of what is unknown or not numeric is unknown', [
  [{ '+': [1, X] }, null, {}],
  [{ '+': [1, X] }, null, { x: '3 apples' }],
  [{ '+': [1, X] }, null, { x: true }],
  [{ '+': [1, X] }, null, { x: [1] }],
  [{ '+': [1, 2, X] }, null, { x: '' }],
  [{ '-': [X] }, null, { x: 'a' }],
  [{ '-': [X, 1] }, null, {}],
  [{ '*': [X] }, null, { x: 'a' }],
  [{ '*': [2, X] }, null, { x: null }],
  [{ '*': [2, 2, X] }, null, { x: {} }],
  [{ '/': [X, 2] }, null, { x: { valueOf: 1 } }],
]);

tableOf('there is no NaN and no infinity', [
  [{ '/': [1, X] }, null, { x: 0 }],
  [{ '/': [0, X] }, null, { x: 0 }],
  [{ '%': [5, X] }, null, { x: 0 }],
  [{ '*': [X, X] }, null, { x: 1e300 }],
  [{ '+': [X, X] }, null, { x: 1.7e308 }],
  [{ '-': [X, 1] }, null, { x: '1e999' }],
  [{ pow: [X, X] }, null, { x: 1e9 }],
  [{ pow: [-1, 0.5] }, null],
  [{ sqrt: -1 }, null],
  [{ ln: 0 }, null],
  [{ ln: -1 }, null],
  [{ exp: X }, null, { x: 1000 }],
]);

tableOf('functions of numbers', [
  [{ number: [X] }, 21.5, { x: ' 21.5' }],
  [{ number: [X] }, null, { x: '21.5 °C' }],
  [{ number: [X] }, null, { x: true }],
  [{ abs: -2.5 }, 2.5],
  [{ floor: '1.9' }, 1],
  [{ ceil: -1.9 }, -1],
  [{ ceil: -0.5 }, 0],
  [{ pow: [2, -1] }, 0.5],
  [{ pow: [X, 0] }, null, {}],
  [{ sqrt: 2.25 }, 1.5],
  [{ exp: { ln: X } }, 1, { x: 1 }],
  [{ ln: X }, Math.LN10, { x: '10' }],
  [{ ln: X }, null, {}],
  [{ clamp: [X, 0, 10] }, 10, { x: 11 }],
  [{ clamp: [X, 0, 10] }, 0, { x: -1 }],
  [{ clamp: [X, 0, 10] }, 5, { x: '5' }],
  [{ clamp: [X, 0, { var: 'y' }] }, null, { x: 5 }],
]);

tableOf('round goes half away from zero, as the digits say', [
  [{ round: 2.5 }, 3],
  [{ round: -2.5 }, -3],
  [{ round: 2.4 }, 2],
  [{ round: -0.4 }, 0],
  [{ round: [1.005, 2] }, 1.01],
  [{ round: [-1.005, 2] }, -1.01],
  [{ round: [8.345, 2] }, 8.35],
  [{ round: [1234, -2] }, 1200],
  [{ round: [1.5e-7, 7] }, 2e-7],
  [{ round: [1e21, 2] }, 1e21],
  [{ round: [21.46, { var: 'digits' }] }, 21.5, { digits: '1' }],
  [{ round: [21.46, { var: 'digits' }] }, null, { digits: 1.5 }],
  [{ round: [21.46, { var: 'digits' }] }, null, { digits: 99 }],
  [{ round: [X, 1] }, null, { x: 'warm' }],
]);

tableOf('format_number has as many decimals as it is told', [
  [{ format_number: [21, 1] }, '21.0'],
  [{ format_number: [21.45, 1] }, '21.5'],
  [{ format_number: [-0.04, 1] }, '0.0'],
  [{ format_number: ['7', 0] }, '7'],
  [{ format_number: [0.1, 20] }, '0.10000000000000000000'],
  [{ format_number: [1.5e-7, 3] }, '0.000'],
  [{ format_number: [1.5e-7, 9] }, '0.000000150'],
  [{ format_number: [1e21, 1] }, '1e+21'],
  [{ format_number: [X, { var: 'digits' }] }, '5.00', { x: 5, digits: '2' }],
  [{ format_number: [X, { var: 'digits' }] }, null, { x: 5, digits: -1 }],
  [{ format_number: [X, { var: 'digits' }] }, null, { x: 5 }],
  [{ format_number: [X, 1] }, null, { x: 'warm' }],
]);

describe('format_number', () => {
  test('is the decimal that round gives, with zeros', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.integer({ min: 0, max: 9 }), (x, digits) => {
        const text = String(evaluate({ format_number: [x / 1000, digits] }));
        expect(Number(text) + 0).toBe(evaluate({ round: [x / 1000, digits] }));
        expect(text.split('.')[1]?.length ?? 0).toBe(digits);
      }),
      { numRuns: runs(1_000) },
    );
  });
});

describe('round', () => {
  test('is what rounding the written decimal by hand gives', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_999_999 }),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        (thousandths, digits, minus) => {
          const step = 10 ** (3 - digits);
          const byHand = Math.floor(thousandths / step) + (thousandths % step >= step / 2 ? 1 : 0);
          const sign = minus ? '-' : '';
          const value = Number(`${sign}${thousandths}e-3`);
          expect(evaluate({ round: [value, digits] })).toBe(Number(`${sign}${byHand}e-${digits}`) + 0);
        },
      ),
      { numRuns: runs(1_000) },
    );
  });
});
