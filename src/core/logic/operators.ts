import { ACCESS } from './access.ts';
import { AGGREGATE } from './aggregate.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { BOOLEAN } from './boolean.ts';
import { CHANGE } from './change.ts';
import { COMPARISON } from './comparison.ts';
import { EQUALITY } from './equality.ts';
import { ITERATORS } from './iterators.ts';
import { LIST } from './list.ts';
import { NUMBER } from './number.ts';
import type { Operator } from './operator.ts';
import { PLACE } from './place.ts';
import { TEXT } from './text.ts';
import { TIME } from './time.ts';

/** All operators by group, in the order in which the docs show them. */
export const OPERATOR_GROUPS = {
  access: ACCESS,
  boolean: BOOLEAN,
  comparison: [...EQUALITY, ...COMPARISON],
  number: [...ARITHMETIC, ...NUMBER],
  list: [...LIST, ...AGGREGATE, ...ITERATORS],
  text: TEXT,
  time: TIME,
  change: CHANGE,
  place: PLACE,
} satisfies Readonly<Record<string, readonly Operator[]>>;

/** The one table of all operators, by name. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.values(OPERATOR_GROUPS)
    .flat()
    .map((operator) => [operator.name, operator]),
);

/** Operators of json-logic-js that do not exist here, and why. */
export const REFUSED: ReadonlyMap<string, string> = new Map([
  ['log', 'an expression only computes: use the action "log" of the rule'],
  ['method', 'an expression cannot call methods of data'],
]);
