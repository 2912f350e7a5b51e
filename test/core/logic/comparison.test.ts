import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { tableOf } from './table.ts';

const X = { var: 'x' };
const Y = { var: 'y' };

describe('< <= > >=', () => {
  const OPERATORS = ['<', '<=', '>', '>='] as const;
  const ANSWERS = {
    '<': [true, false, false],
    '<=': [true, true, false],
    '>': [false, false, true],
    '>=': [false, true, true],
  };

  test.each(OPERATORS)('%s compares fields, computed values and constants on either side', (name) => {
    for (const [index, [x, y]] of [
      [1, 2],
      [2, 2],
      [3, 2],
    ].entries()) {
      const answer = ANSWERS[name][index];
      const data = { x, y, in: { x, y } };
      const left = [X, { var: 'in.x' }, { '+': [X, 0] }, x, String(x)];
      const right = [Y, { var: 'in.y' }, { '+': [Y, 0] }, y, String(y)];
      for (const a of left) for (const b of right) expect(evaluate({ [name]: [a, b] }, data)).toBe(answer);
    }
  });

  test.each(OPERATORS)('%s is unknown where one side is no number', (name) => {
    for (const x of [
      null,
      'unavailable',
      '',
      'nan',
      true,
      false,
      [],
      [5],
      {},
      { valueOf: 5 },
      '0x10',
      '1e999',
      '1_000',
    ]) {
      expect(evaluate({ [name]: [X, 5] }, { x })).toBe(null);
      expect(evaluate({ [name]: [5, X] }, { x })).toBe(null);
      expect(evaluate({ [name]: [X, Y] }, { x, y: 5 })).toBe(null);
      expect(evaluate({ [name]: [Y, X] }, { x, y: 5 })).toBe(null);
    }
    expect(evaluate({ [name]: [X, 5] }, {})).toBe(null);
    expect(evaluate({ [name]: [X, 5] }, null)).toBe(null);
    expect(evaluate({ [name]: [X, 5] }, 'text')).toBe(null);
    expect(evaluate({ [name]: [X, 5] }, JSON.parse('{"x":1e999}'))).toBe(null);
  });
});

tableOf('texts of numbers are numbers', [
  [{ '>': [X, 30] }, true, { x: '31.5' }],
  [{ '>': [X, 30] }, false, { x: ' 7 ' }],
  [{ '<': [X, Y] }, true, { x: '9', y: '10' }],
  [{ '>': [X, 0] }, true, { x: '.5' }],
  [{ '>': [X, 0] }, true, { x: '5.' }],
  [{ '>': [X, 999] }, true, { x: '+1e3' }],
  [{ '<': ['apple', 'pear'] }, null],
]);

tableOf('chains', [
  [{ '<': [20, X, 40] }, true, { x: 30 }],
  [{ '<': [20, X, 40] }, false, { x: 20 }],
  [{ '<': [20, X, 40] }, false, { x: 40 }],
  [{ '<=': [20, X, 40] }, true, { x: '40' }],
  [{ '<=': [20, X, 40] }, false, { x: 41 }],
  [{ '<': [20, X, Y] }, null, { x: 10 }],
  [{ '<=': [X, 1, 0] }, null, {}],
  [{ between: [X, 20, 40] }, true, { x: 20 }],
  [{ between: [X, 20, 40] }, false, { x: 40.1 }],
  [{ between: [X, Y, 40] }, null, { x: 50 }],
]);
