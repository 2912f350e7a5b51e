import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { evaluate } from './evaluate.ts';
import { tableOf } from './table.ts';

const X = { var: 'x' };
const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];

tableOf('in a list compares as === does', [
  [{ in: [X, [1, 2, 3]] }, true, { x: 2 }],
  [{ in: [X, [1, 2, 3]] }, false, { x: '2' }],
  [{ in: [X, [1, 2, null]] }, true, { x: 2 }],
  [{ in: [X, [1, 2, null]] }, null, { x: 3 }],
  [{ in: [X, []] }, false, { x: 3 }],
  [{ in: [X, [1]] }, null, {}],
  [{ in: [X, NINE] }, true, { x: 9 }],
  [{ in: [X, NINE] }, false, { x: '9' }],
  [{ in: [X, NINE] }, null, {}],
  [{ in: [X, [...NINE, null]] }, null, { x: 10 }],
  [{ in: [X, [...NINE, null]] }, true, { x: 1 }],
  [{ in: ['b', X] }, true, { x: ['a', 'b'] }],
  [{ in: ['c', X] }, null, { x: ['a', null] }],
  [{ in: ['c', X] }, null, {}],
  [{ in: [X, [X, 1]] }, true, { x: { a: 1 } }],
  [{ '!': { in: [X, ['a', null]] } }, null, { x: 'b' }],
]);

tableOf('in a text looks for a part', [
  [{ in: ['room', X] }, true, { x: 'bathroom' }],
  [{ in: ['hall', X] }, false, { x: 'bathroom' }],
  [{ in: [5, X] }, true, { x: 'a5b' }],
  [{ in: [[1, 2], X] }, true, { x: '0,1,2' }],
  [{ in: ['', X] }, true, { x: 'a' }],
  [{ in: ['', X] }, false, { x: '' }],
  [{ in: [X, 'a'] }, false, { x: { toString: 'a' } }],
  [{ in: ['a', X] }, false, { x: 5 }],
  [{ in: ['a', X] }, false, { x: { indexOf: 'a' } }],
]);

tableOf('merge', [
  [{ merge: [] }, []],
  [{ merge: [1] }, [1]],
  [{ merge: [[1, 2], 3, [[4]]] }, [1, 2, 3, [4]]],
  [{ merge: [X, [null]] }, [1, null], { x: [1] }],
  [{ merge: [X, [1]] }, null, {}],
]);

tableOf('length', [
  [{ length: X }, 3, { x: [1, null, 2] }],
  [{ length: X }, 0, { x: '' }],
  [{ length: X }, 6, { x: 'a😀🌡️bé' }],
  [{ length: X }, 2, { x: { a: 1, length: 9 } }],
  [{ length: X }, null, { x: 5 }],
  [{ length: X }, null, { x: true }],
  [{ length: X }, null, {}],
]);

tableOf('aggregates skip what is not numeric', [
  [{ sum: X }, 6, { x: [1, '2', null, true, 'nan', [9], {}, 3] }],
  [{ avg: X }, 2, { x: [1, null, 3] }],
  [{ min: X }, -1, { x: [3, '-1', null] }],
  [{ max: [X] }, 3, { x: [3, '-1', null, 'zz'] }],
  [{ median: X }, 2, { x: [3, 1, 2] }],
  [{ median: X }, 2.5, { x: [4, 1, 2, 3] }],
  [{ stddev: X }, Math.sqrt(2), { x: [1, null, 3] }],
  [{ percentile: [X, 50] }, 2.5, { x: [4, 3, 2, 1] }],
  [{ percentile: [X, 0] }, 1, { x: [4, 3, 2, 1] }],
  [{ percentile: [X, 100] }, 4, { x: [4, 3, 2, 1] }],
  [{ percentile: [X, 75] }, 7.75, { x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }],
  [{ percentile: [X, 95] }, 28.5, { x: [10, 20, 20, 30] }],
  [{ percentile: [X, { var: 'p' }] }, null, { x: [1], p: 101 }],
  [{ percentile: [X, { var: 'p' }] }, null, { x: [1], p: 'high' }],
]);

const aggregates = ['avg', 'min', 'max', 'median', 'stddev', 'first', 'last'];
tableOf('of nothing known the answer is unknown, but the sum 0, the text empty and the list empty', [
  [{ sum: X }, 79.6, { x: [18.5, 19.1, 20.3, 21.7] }],
  [{ avg: X }, 19.9, { x: [18.5, 19.1, 20.3, 21.7] }],
  [{ sum: X }, 0, { x: [] }],
  [{ sum: X }, 0, { x: [null] }],
  [{ sum: X }, null, {}],
  [{ sum: X }, null, { x: 5 }],
  [{ stddev: X }, null, { x: [1] }],
  [{ percentile: [X, 50] }, null, { x: [null] }],
  [{ join: [X, ','] }, '', { x: [null] }],
  [{ join: [X, ','] }, '', { x: [] }],
  [{ join: [X, ','] }, null, {}],
  [{ unique: X }, [], { x: [null] }],
  [{ unique: X }, null, { x: 'text' }],
  ...aggregates.flatMap((name) => [
    [{ [name]: [X] }, null, { x: [] }] as const,
    [{ [name]: [X] }, null, { x: [null] }] as const,
    [{ [name]: [X] }, null, {}] as const,
    [{ [name]: [X] }, null, { x: 'text' }] as const,
    [{ [name]: [X] }, null, { x: { length: 1, 0: 1 } }] as const,
  ]),
]);

tableOf('sums beyond all numbers are unknown, means are not', [
  [{ sum: X }, null, { x: [1.7e308, 1.7e308] }],
  [{ avg: X }, 1.7e308, { x: [1.7e308, 1.7e308] }],
]);

tableOf('min and max of several operands are unknown if one is', [
  [{ min: [3, X, 1] }, 1, { x: '2' }],
  [{ max: [3, X] }, null, {}],
  [{ max: [3, X] }, null, { x: [5] }],
  [{ min: X }, 3, { x: '3' }],
]);

tableOf('ends, order, and each once', [
  [{ first: X }, 0, { x: [null, 0, 1] }],
  [{ last: X }, false, { x: [1, false, null] }],
  [{ join: [X, ', '] }, 'a, 1, true', { x: ['a', null, 1, true, {}, ['b']] }],
  [{ join: [X, 0] }, 'a0b', { x: ['a', 'b'] }],
  [{ join: [X, { var: 'y' }] }, null, { x: ['a'] }],
  [{ unique: X }, [1, '1', true], { x: [1, '1', 1, null, true, '1'] }],
  [{ sort: X }, [1, '9', 10, 'a', 'b', false, true, null, {}], { x: ['b', null, 10, true, '9', {}, 'a', 1, false] }],
  [{ sort: X }, null, { x: 'ba' }],
  [{ sort: X }, null, {}],
  [{ sort: [X, { '-': [{ var: 'n' }] }] }, [{ n: 3 }, { n: 1 }, {}], { x: [{ n: 1 }, {}, { n: 3 }] }],
  [
    { map: [{ sort: [X, { var: 'n' }] }, { var: 'id' }] },
    ['b', 'a', 'c', 'd'],
    { x: [{ n: 2, id: 'a' }, { n: '1', id: 'b' }, { n: 2, id: 'c' }, { id: 'd' }] },
  ],
]);

describe('percentile', () => {
  test('lies between its neighbours, grows with p, and the median is the 50th', () => {
    const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (x, p, q) => {
        const at = (percent: number): number => Number(evaluate({ percentile: [X, percent] }, { x }));
        expect(at(0)).toBe(Math.min(...x));
        expect(at(100)).toBe(Math.max(...x));
        expect(at(50)).toBe(evaluate({ median: X }, { x }));
        expect(at(Math.min(p, q))).toBeLessThanOrEqual(at(Math.max(p, q)));
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('lists of the payload', () => {
  test('are left as they were', () => {
    const x = Object.freeze([3, 1, null, 2]);
    for (const logic of [{ sort: X }, { median: X }, { unique: X }, { merge: [X, X] }, { percentile: [X, 10] }])
      evaluate(logic, { x });
    expect(x).toEqual([3, 1, null, 2]);
  });
});
