import { boundedList, boundedText, chargeScan, chargeText, exceed, MAX_LIST, MAX_TEXT } from './budget.ts';
import type { LogicScope } from './getter.ts';
import { buildIn } from './membership.ts';
import { MANY, type Operator } from './operator.ts';
import { known } from './path.ts';
import { buildSort } from './sort.ts';
import { binary, unary, variadic } from './strict.ts';
import { isList, isMapping, textOf } from './value.ts';

/** Lists as a whole: what is in them, their ends, their order. */
export const LIST: readonly Operator[] = [
  {
    name: 'in',
    arity: [2, 2],
    signature: 'x in l',
    summary: 'Whether x is an element of a list, or a part of a text; unknown if only an unknown element could be x.',
    example: { logic: { in: [{ var: 'mode' }, ['home', 'night']] }, payload: { mode: 'night' }, result: true },
    build: buildIn,
  },
  {
    name: 'merge',
    arity: [0, MANY],
    signature: 'merge(l, m, …)',
    summary: 'One list of the elements of several; what is no list is an element itself.',
    example: { logic: { merge: [[1, 2], 3, [4]] }, result: [1, 2, 3, 4] },
    build: variadic(merged),
  },
  {
    name: 'length',
    arity: [1, 1],
    signature: 'length(x)',
    summary: 'How many elements a list, keys a mapping or characters a text has.',
    example: { logic: { length: { var: 'name' } }, payload: { name: 'Küche' }, result: 5 },
    build: unary(lengthOf),
  },
  {
    name: 'first',
    arity: [1, 1],
    signature: 'first(l)',
    summary: 'The first known element of a list.',
    example: { logic: { first: { var: 'l' } }, payload: { l: [null, 2, 3] }, result: 2 },
    build: unary((list, scope) => (isList(list) ? firstKnown(list, scope) : null)),
  },
  {
    name: 'last',
    arity: [1, 1],
    signature: 'last(l)',
    summary: 'The last known element of a list.',
    example: { logic: { last: { var: 'l' } }, payload: { l: [1, 2, null] }, result: 2 },
    build: unary((list, scope) => (isList(list) ? lastKnown(list, scope) : null)),
  },
  {
    name: 'sort',
    arity: [1, 2],
    signature: 'sort(l, by?)',
    summary: 'The list in ascending order, of its elements or of an expression of each; unknown ones last.',
    example: {
      logic: { sort: [{ var: 'l' }, { var: 'battery' }] },
      payload: { l: [{ battery: 90 }, {}, { battery: 7 }] },
      result: [{ battery: 7 }, { battery: 90 }, {}],
    },
    build: buildSort,
    body: 1,
  },
  {
    name: 'join',
    arity: [2, 2],
    signature: 'join(l, sep)',
    summary: 'The texts, numbers and booleans of a list in one text, with a text between them.',
    example: { logic: { join: [{ var: 'l' }, ', '] }, payload: { l: ['hall', null, 'bath'] }, result: 'hall, bath' },
    build: binary(joined),
  },
  {
    name: 'unique',
    arity: [1, 1],
    signature: 'unique(l)',
    summary: 'The known elements of a list, each once, as `===` compares.',
    example: { logic: { unique: { var: 'l' } }, payload: { l: [1, 2, 1, null, '1'] }, result: [1, 2, '1'] },
    build: unary((list, scope) => (isList(list) ? distinct(list, scope) : null)),
  },
];

function merged(values: readonly unknown[], scope: LogicScope): readonly unknown[] {
  const result: unknown[] = [];
  for (const value of values) {
    const added: readonly unknown[] = isList(value) ? value : [value];
    if (result.length + added.length > MAX_LIST) exceed('list');
    for (const element of added) result.push(element);
  }
  chargeScan(scope, result.length);
  return result;
}

function lengthOf(value: unknown, scope: LogicScope): number | null {
  if (isList(value)) return value.length;
  if (typeof value === 'string') return characters(chargeText(scope, value));
  if (!isMapping(value)) return null;
  const count = Object.keys(value).length;
  chargeScan(scope, count);
  return count;
}

/** Unicode code points: what is beyond the first 65 536 takes two units in a JavaScript text. */
function characters(text: string): number {
  return text.length - (text.match(SURROGATE_PAIR)?.length ?? 0);
}

const SURROGATE_PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

function firstKnown(list: readonly unknown[], scope: LogicScope): unknown {
  chargeScan(scope, list.length);
  return list.find(isKnown) ?? null;
}

function lastKnown(list: readonly unknown[], scope: LogicScope): unknown {
  chargeScan(scope, list.length);
  return list.findLast(isKnown) ?? null;
}

function isKnown(element: unknown): boolean {
  return known(element) !== null;
}

function joined(list: unknown, separator: unknown, scope: LogicScope): string | null {
  const between = textOf(separator);
  if (!isList(list) || between === undefined) return null;
  chargeScan(scope, list.length);
  let result: string | null = null;
  for (const element of list) {
    const text = textOf(known(element));
    if (text === undefined) continue;
    result = result === null ? text : result + between + text;
    if (result.length > MAX_TEXT) exceed('text');
  }
  return boundedText(scope, result ?? '');
}

function distinct(list: readonly unknown[], scope: LogicScope): readonly unknown[] {
  chargeScan(scope, list.length);
  return boundedList([...new Set(list.filter(isKnown))]);
}
