import { describe, expect, test } from 'vitest';
import { evaluate, PLAIN, scopeOf } from './evaluate.ts';
import { compileLogic, type Environment } from '../../../src/core/logic/compile.ts';
import { tableOf } from './table.ts';

const L = { var: 'l' };
const ITEM = { var: 'item' };

tableOf('map, filter, reduce', [
  [{ map: [L, { '*': [{ var: '' }, 2] }] }, [2, 4], { l: [1, 2] }],
  [{ map: [L, { var: 'a.b' }] }, [1, null], { l: [{ a: { b: 1 } }, {}] }],
  [{ map: [L, { '+': [ITEM, 1] }] }, [null, 2], { l: ['x', 1] }],
  [{ filter: [L, { '>': [ITEM, 1] }] }, [2, '3'], { l: [1, 2, null, '3', 'x'] }],
  [{ filter: [L, { var: 'on' }] }, [{ on: true }], { l: [{ on: true }, { on: false }, {}] }],
  [{ reduce: [L, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }, 6, { l: [1, 2, 3] }],
  [{ reduce: [L, { '+': [{ var: 'current.n' }, { var: 'accumulator' }] }, 0] }, 3, { l: [{ n: 1 }, { n: 2 }] }],
  [{ reduce: [L, { '+': [{ var: 'current' }, { var: 'accumulator' }] }] }, null, { l: [1, 2, 3] }],
  [{ reduce: [L, { '??': [{ var: 'accumulator' }, { var: 'current' }] }] }, 2, { l: [null, 2, 3] }],
  [{ reduce: [L, { var: 'item.current' }, 0] }, 2, { l: [1, 2] }],
  [{ reduce: [L, 1, 5] }, 5, { l: [] }],
]);

tableOf('all, some, none', [
  [{ all: [L, ITEM] }, true, { l: [1, 'a'] }],
  [{ all: [L, ITEM] }, false, { l: [1, null, 0] }],
  [{ all: [L, ITEM] }, null, { l: [1, null] }],
  [{ all: [L, ITEM] }, false, { l: [] }],
  [{ some: [L, ITEM] }, true, { l: [null, 1] }],
  [{ some: [L, ITEM] }, null, { l: [null, 0] }],
  [{ some: [L, ITEM] }, false, { l: [] }],
  [{ none: [L, ITEM] }, false, { l: [null, 1] }],
  [{ none: [L, ITEM] }, null, { l: [null, 0] }],
  [{ none: [L, ITEM] }, true, { l: [0, ''] }],
  [{ none: [L, ITEM] }, true, { l: [] }],
]);

tableOf('what is no list has no elements', [
  [{ map: [L, 1] }, [], { l: 'text' }],
  [{ filter: [L, 1] }, [], { l: { length: 3 } }],
  [{ reduce: [L, 1, 7] }, 7, { l: 5 }],
  [{ reduce: [L, 1] }, null, { l: 5 }],
  [{ all: [L, 1] }, false, { l: true }],
  [{ some: [L, 1] }, false, { l: 'text' }],
  [{ none: [L, 1] }, true, { l: 0 }],
]);

tableOf('what is unknown has unknown elements', [
  [{ map: [L, 1] }, null, {}],
  [{ filter: [L, 1] }, null, { l: null }],
  [{ reduce: [L, 1, 7] }, null, {}],
  [{ all: [L, 1] }, null, {}],
  [{ some: [L, 1] }, null, {}],
  [{ none: [L, 1] }, null, {}],
]);

describe('names under an iterator', () => {
  const named: Environment = {
    ...PLAIN,
    name: (head) =>
      head === 'room' || head === 'payload' || head === 'topic'
        ? { get: (scope) => (head === 'payload' ? scope.payload : `${head}!`), constant: false }
        : undefined,
  };
  const L = { var: 'l' };
  const payload = { room: 'p', x: 1, l: [{ room: 'e', x: 2, outer: 'own', item: 'own', topic: 't', l: [{ x: 3 }] }] };

  test.each([
    ['a field of the element', { map: [L, { var: 'x' }] }, [2]],
    ['though it is a name outside', { map: [L, { var: 'room' }] }, ['e']],
    ['though it is reserved', { map: [L, { var: 'topic' }] }, ['t']],
    ['reserved, and not in the element', { map: [L, { var: 'payload' }] }, [null]],
    ['item: the element', { map: [L, { var: 'item.x' }] }, [2]],
    ['item, and not its field of that name', { map: [L, { exists: { var: 'item.item' } }] }, [true]],
    ['outer: a name outside', { map: [L, { var: 'outer.room' }] }, ['room!']],
    ['outer: the payload', { map: [L, { var: 'outer.payload.x' }] }, [1]],
    ['outer: a field of the payload', { map: [L, { var: 'outer.x' }] }, [1]],
    ['outer alone: the payload', { map: [L, { '===': [{ var: 'outer' }, { var: 'outer.payload' }] }] }, [true]],
    ['in an iterator in an iterator', { map: [L, { map: [L, { var: 'x' }] }] }, [[3]]],
    ['outer: the element around', { map: [L, { map: [L, { var: 'outer.x' }] }] }, [[2]]],
    ['outer.item: the element around', { map: [L, { map: [L, { var: 'outer.item.room' }] }] }, [['e']]],
    ['outer.outer: all the way out', { map: [L, { map: [L, { var: 'outer.outer.x' }] }] }, [[1]]],
    ['outer.outer: a name', { map: [L, { map: [L, { var: 'outer.outer.room' }] }] }, [['room!']]],
    [
      'in the list to walk through, names are still those outside',
      { map: [{ merge: [{ var: 'room' }] }, { var: '' }] },
      ['room!'],
    ],
    ['in the initial value too', { reduce: [[], 0, { var: 'room' }] }, 'room!'],
    ['in what sort goes by', { map: [{ sort: [L, { var: 'outer.x' }] }, { var: 'x' }] }, [2]],
    ['a computed path leads into the element', { map: [L, { var: { cat: ['ro', 'om'] } }] }, ['e']],
    ['missing looks in the element', { map: [L, { missing: ['room', 'gone', 'outer.room'] }] }, [['gone']]],
  ])('%s', (_, logic, value) => {
    expect(evaluate(logic, payload, named)).toEqual(value);
  });
});

describe('iterators', () => {
  test('can be evaluated again and again over one scope', () => {
    const logic = {
      map: [
        L,
        {
          reduce: [{ var: 'm' }, { '+': [{ var: 'accumulator' }, { '*': [{ var: 'current' }, 2] }] }, { var: 'start' }],
        },
      ],
    };
    const { get } = compileLogic(logic, PLAIN);
    const scope = scopeOf({
      l: [
        { start: 1, m: [1, 2] },
        { start: 10, m: [] },
      ],
    });
    expect(get(scope)).toEqual([7, 10]);
    scope.payload = { l: [{ m: [1] }] };
    expect(get(scope)).toEqual([null]);
    expect(get(scope)).toEqual([null]);
  });
});
