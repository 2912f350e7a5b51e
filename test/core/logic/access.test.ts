import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { tableOf } from './table.ts';

const X = { var: 'x' };

tableOf('var', [
  [{ var: 'x' }, 1, { x: 1 }],
  [{ var: ['x'] }, 1, { x: 1 }],
  [{ var: 'x' }, null, {}],
  [{ var: 'x' }, null, { x: null }],
  [{ var: 'a.b' }, 2, { a: { b: 2 } }],
  [{ var: 'a.b.c' }, 3, { a: { b: { c: 3 } } }],
  [{ var: 'a.b' }, null, { a: null }],
  [{ var: 'a.b.c' }, null, { a: 5 }],
  [{ var: 'list.1' }, 20, { list: [10, 20] }],
  [{ var: 1 }, 20, [10, 20]],
  [{ var: 'list.5' }, null, { list: [10] }],
  [{ var: 'list.length' }, 2, { list: [10, 20] }],
  [{ var: 'text.length' }, 3, { text: 'abc' }],
  [{ var: 'text.0' }, 'a', { text: 'abc' }],
  [{ var: 'a b' }, 1, { 'a b': 1 }],
  [{ var: 'a..b' }, 1, { a: { '': { b: 1 } } }],
]);

tableOf('the whole payload', [
  [{ var: '' }, 25.5, 25.5],
  [{ var: [] }, 'ON', 'ON'],
  [{ var: null }, [1], [1]],
  [{ var: [''] }, null, null],
  [{ var: '' }, null, JSON.parse('1e999')],
]);

tableOf('a default stands for what is not there, not for null', [
  [{ var: ['x', 7] }, 7, {}],
  [{ var: ['x', 7] }, null, { x: null }],
  [{ var: ['a.b', 7] }, 7, { a: null }],
  [{ var: ['a.b', { var: 'y' }] }, 8, { y: 8 }],
  [{ var: ['x', null] }, null, {}],
  [{ var: ['', 7] }, 1, 1],
]);

tableOf('a computed path leads into the payload', [
  [{ var: { cat: ['a.', X] } }, 2, { a: { b: 2 }, x: 'b' }],
  [{ var: [X, 7] }, 7, { x: 'gone' }],
  [{ var: [X] }, null, {}],
  [{ var: [X, 7] }, null, {}],
  [{ var: [{ '+': [X, 0] }] }, 'b', { x: 1, 1: 'b' }],
  [{ var: [X] }, 5, { x: [1, 2], '1,2': 5 }],
  [{ var: [X] }, null, { x: { toString: 'x' } }],
]);

tableOf('only what the data itself has', [
  [{ var: 'constructor' }, null, {}],
  [{ var: '__proto__' }, null, {}],
  [{ var: '__proto__.polluted' }, null, {}],
  [{ var: 'constructor.constructor' }, null, {}],
  [{ var: 'list.map' }, null, { list: [] }],
  [{ var: 'text.toUpperCase' }, null, { text: 'a' }],
  [{ var: 'n.toFixed' }, null, { n: 1 }],
  [{ var: 'a.constructor.name' }, null, { a: {} }],
  [{ var: ['valueOf', 3] }, 3, {}],
  [{ var: [X] }, null, { x: 'constructor' }],
  [{ var: 'toString' }, 5, { toString: 5 }],
  [{ var: 'a.constructor' }, 'x', { a: { constructor: 'x' } }],
  [{ var: '__proto__.a' }, 1, JSON.parse('{"__proto__":{"a":1}}')],
  [{ val: [X, 'constructor'] }, null, { x: {} }],
]);

tableOf('val', [
  [{ val: [X, 1] }, 20, { x: [10, 20] }],
  [{ val: [X, '1'] }, 20, { x: [10, 20] }],
  [{ val: [X, { var: 'i' }] }, 10, { x: [10, 20], i: 0 }],
  [{ val: [X, 'switch:0'] }, 1, { x: { 'switch:0': 1 } }],
  [{ val: [X, 'a.b'] }, 1, { x: { 'a.b': 1 } }],
  [{ val: [X, 0, 'a', 1] }, 6, { x: [{ a: [5, 6] }] }],
  [{ val: [X, 2] }, null, { x: [10, 20] }],
  [{ val: [X, -1] }, null, { x: [10, 20] }],
  [{ val: [X, 0.5] }, null, { x: [10, 20] }],
  [{ val: [X, { var: 'i' }] }, null, { x: [10] }],
  [{ val: [X, true] }, null, { x: { true: 1 } }],
  [{ val: [X, 0, 0] }, null, { x: [null] }],
]);

tableOf('exists, type and ??', [
  [{ exists: X }, true, { x: 0 }],
  [{ exists: X }, true, { x: '' }],
  [{ exists: X }, false, {}],
  [{ exists: X }, false, { x: null }],
  [{ exists: { '>': [X, 1] } }, false, { x: 'nan' }],
  [{ '??': [X, 5] }, 0, { x: 0 }],
  [{ '??': [X, 5] }, 5, {}],
  [{ '??': [{ '/': [1, X] }, 'n/a'] }, 'n/a', { x: 0 }],
  [{ '??': [X, { var: 'y' }] }, null, {}],
  [{ type: X }, 'number', { x: 1 }],
  [{ type: X }, 'boolean', { x: false }],
  [{ type: X }, 'array', { x: [] }],
  [{ type: X }, 'object', { x: {} }],
  [{ type: X }, null, {}],
]);

tableOf('keys, values, entries', [
  [{ keys: X }, ['b', 'a'], { x: { b: 1, a: 2 } }],
  [{ values: X }, [1, null], { x: { b: 1, a: null } }],
  [{ entries: X }, [{ key: 'b', value: 1 }], { x: { b: 1 } }],
  [{ keys: X }, ['toString', 'length'], { x: { toString: 1, length: 2 } }],
  [{ keys: X }, null, { x: [1] }],
  [{ values: X }, null, { x: 'text' }],
  [
    { entries: X },
    [
      { key: 0, value: 7 },
      { key: 1, value: null },
    ],
    { x: [7, null] },
  ],
  [{ entries: X }, null, { x: 'text' }],
  [{ entries: X }, null, {}],
  [{ avg: { values: X } }, 21, { x: { hall: 20, bath: '22', attic: 'nan' } }],
]);

tableOf('missing', [
  [{ missing: ['a', 'b'] }, ['b'], { a: 1 }],
  [{ missing: ['a', 'b.c'] }, ['a', 'b.c'], { a: null, b: { c: '' } }],
  [{ missing: 'a' }, ['a'], {}],
  [{ missing: [] }, []],
  [{ missing: [['a', 'b']] }, ['a', 'b'], {}],
  [{ missing: [1, 2] }, [2], ['x', 'y']],
  [{ missing: { merge: ['a', { if: [X, ['b'], []] }] } }, ['a', 'b'], { x: true }],
  [{ missing: X }, ['b'], { x: ['a', 'b'], a: 1 }],
  [{ missing: X }, null, {}],
  [{ missing: ['a', X] }, ['gone'], { x: 'gone', a: 1 }],
  [{ missing: [X, 'a'] }, null, {}],
  [{ missing: ['constructor'] }, ['constructor'], {}],
]);

tableOf('missing_some', [
  [{ missing_some: [1, ['a', 'b']] }, [], { a: 1 }],
  [{ missing_some: [2, ['a', 'b', 'c']] }, ['b', 'c'], { a: 1 }],
  [{ missing_some: ['1', ['a']] }, ['a'], {}],
  [{ missing_some: [X, ['a']] }, null, {}],
  [{ missing_some: [1, X] }, [], { x: ['a', 'b'], b: 2 }],
  [{ missing_some: [1, X] }, null, { x: 'a' }],
]);

describe('missing', () => {
  test('takes what data says as keys, never as logic', () => {
    const keys: unknown[] = [{ var: 'secret' }, ['a', 'b'], { toString: 1 }];
    expect(evaluate({ missing: [{ var: 'keys' }] }, { keys, secret: 1 })).toEqual(keys);
  });
});
