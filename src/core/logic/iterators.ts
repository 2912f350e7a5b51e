import { boundedList, charge, chargeScan, exceed, MAX_VALUE_DEPTH } from './budget.ts';
import type { Call } from './call.ts';
import type { Getter, LogicScope } from './getter.ts';
import type { Operator } from './operator.ts';
import { isList, truthy } from './value.ts';

/**
 * One expression for each element of a list. The element goes into `scope.items`, at the depth of the iterator, so a
 * pass makes no objects; only `reduce` needs one, `{current, accumulator}`, which is its element and its `item`. As in
 * JSON-logic, what is no list counts as an empty one.
 */
export const ITERATORS: readonly Operator[] = [
  {
    name: 'map',
    arity: [2, 2],
    signature: 'map(l, x)',
    summary: 'The list of what the expression answers for each element; names are fields of the element.',
    example: {
      logic: { map: [{ var: 'l' }, { '*': [{ var: 'w' }, 2] }] },
      payload: { l: [{ w: 1 }, {}] },
      result: [2, null],
    },
    build: (call) => map(call.get(0), call.get(1), call.depth),
    body: 1,
  },
  {
    name: 'filter',
    arity: [2, 2],
    signature: 'filter(l, cond)',
    summary: 'The elements for which the condition is true.',
    example: {
      logic: { filter: [{ var: 'l' }, { '>': [{ var: 'item' }, 2] }] },
      payload: { l: [1, 3, 'x'] },
      result: [3],
    },
    build: (call) => filter(call.get(0), call.get(1), call.depth),
    body: 1,
  },
  {
    name: 'reduce',
    arity: [2, 3],
    signature: 'reduce(l, x, initial)',
    summary:
      'What the expression answers for the last element; each sees its `current` element and the `accumulator` so far.',
    example: {
      logic: { reduce: [{ var: 'l' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] },
      payload: { l: [1, 2, 3] },
      result: 6,
    },
    build: buildReduce,
    body: 1,
  },
  {
    name: 'all',
    arity: [2, 2],
    signature: 'all(l, cond)',
    summary: 'Whether the condition is true for every element; false for an empty list.',
    example: { logic: { all: [{ var: 'l' }, { '>': [{ var: 'item' }, 2] }] }, payload: { l: [3, 4] }, result: true },
    build: (call) => all(call.get(0), call.get(1), call.depth),
    body: 1,
  },
  {
    name: 'some',
    arity: [2, 2],
    signature: 'some(l, cond)',
    summary: 'Whether the condition is true for an element.',
    example: { logic: { some: [{ var: 'l' }, { var: 'open' }] }, payload: { l: [{ open: false }, {}] }, result: null },
    build: (call) => some(call.get(0), call.get(1), call.depth),
    body: 1,
  },
  {
    name: 'none',
    arity: [2, 2],
    signature: 'none(l, cond)',
    summary: 'Whether the condition is true for no element.',
    example: { logic: { none: [{ var: 'l' }, { var: 'open' }] }, payload: { l: [{ open: false }] }, result: true },
    build: (call) => none(call.get(0), call.get(1), call.depth),
    body: 1,
  },
];

function map(source: Getter, body: Getter, index: number): Getter {
  return (scope) => {
    const list = source(scope);
    if (!isList(list)) return list === null ? null : [];
    charge(scope, list.length);
    const result: unknown[] = [];
    for (const element of boundedList<unknown>(list)) {
      scope.items[index] = element;
      result.push(body(scope));
    }
    return result;
  };
}

function filter(source: Getter, body: Getter, index: number): Getter {
  return (scope) => {
    const list = source(scope);
    if (!isList(list)) return list === null ? null : [];
    charge(scope, list.length);
    const result: unknown[] = [];
    for (const element of list) {
      scope.items[index] = element;
      const verdict = body(scope);
      if (verdict !== null && truthy(verdict)) result.push(element);
    }
    return boundedList(result);
  };
}

function buildReduce(call: Call): Getter {
  return reduce(call.get(0), call.get(1), call.operands[2]?.get, call.depth);
}

function reduce(source: Getter, body: Getter, initial: Getter | undefined, index: number): Getter {
  return (scope) => {
    const list = source(scope);
    if (list === null) return null;
    let accumulator: unknown = initial === undefined ? null : initial(scope);
    if (!isList(list)) return accumulator;
    charge(scope, list.length);
    for (const current of list) {
      scope.items[index] = { current, accumulator };
      accumulator = body(scope);
      if (typeof accumulator === 'object' && accumulator !== null) measure(accumulator, scope, 1);
    }
    return accumulator;
  };
}

/** A pass may put what it was given twice into what it answers, so values are paid for before they double again and again. */
function measure(value: object, scope: LogicScope, depth: number): void {
  if (depth > MAX_VALUE_DEPTH) exceed('depth');
  const elements: readonly unknown[] = isList(value) ? value : Object.values(value);
  chargeScan(scope, elements.length + 1);
  for (const element of elements)
    if (typeof element === 'object' && element !== null) measure(element, scope, depth + 1);
}

function all(source: Getter, body: Getter, index: number): Getter {
  return (scope) => {
    const list = source(scope);
    if (list === null) return null;
    if (!isList(list) || list.length === 0) return false;
    charge(scope, list.length);
    let result: boolean | null = true;
    for (const element of list) {
      scope.items[index] = element;
      const verdict = body(scope);
      if (verdict === null) result = null;
      else if (!truthy(verdict)) return false;
    }
    return result;
  };
}

function some(source: Getter, body: Getter, index: number): Getter {
  return (scope) => {
    const list = source(scope);
    if (list === null) return null;
    if (!isList(list)) return false;
    return anyTrue(list, body, index, scope);
  };
}

function none(source: Getter, body: Getter, index: number): Getter {
  return (scope) => {
    const list = source(scope);
    if (list === null) return null;
    if (!isList(list)) return true;
    const any = anyTrue(list, body, index, scope);
    return any === null ? null : !any;
  };
}

function anyTrue(list: readonly unknown[], body: Getter, index: number, scope: LogicScope): boolean | null {
  charge(scope, list.length);
  let result: boolean | null = false;
  for (const element of list) {
    scope.items[index] = element;
    const verdict = body(scope);
    if (verdict === null) result = null;
    else if (truthy(verdict)) return true;
  }
  return result;
}
