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

/** What other languages call an operator of ours. */
export const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['=', '=='],
  ['<>', '!='],
  ['&&', 'and'],
  ['||', 'or'],
  ['not', '!'],
  ['concat', 'cat'],
  ['mean', 'avg'],
  ['average', 'avg'],
  ['count', 'length'],
  ['len', 'length'],
  ['size', 'length'],
  ['any', 'some'],
  ['int', 'number'],
  ['float', 'number'],
  ['regex', 'matches'],
  ['match', 'matches'],
  ['regexp_matches', 'matches'],
  ['latest', 'last'],
  ['last_value', 'last'],
  ['first_value', 'first'],
  ['distinct', 'unique'],
  ['deduplicate', 'unique'],
  ['had_changed', 'changed'],
  ['stddev_pop', 'stddev'],
  ['stddev_samp', 'stddev'],
  ['stddevs', 'stddev'],
  ['ceiling', 'ceil'],
  ['power', 'pow'],
  ['lowercase', 'lower'],
  ['uppercase', 'upper'],
  ['substring', 'substr'],
  ['includes', 'contains'],
  ['indexof', 'contains'],
  ['starts_with', 'startsWith'],
  ['ends_with', 'endsWith'],
  ['tstamp', 'now'],
]);

/** What is no operator here, and how it is said. */
export const WRITTEN_OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['lag', 'The value of the message before is previous.x'],
  ['coalesce', 'Write a ?? b'],
  ['ifnull', 'Write a ?? b'],
  ['default', 'Write a ?? b'],
  ['is_null', 'Write x == null'],
  ['isNull', 'Write x == null'],
  ['states', 'Name the latest payload of a topic in with:'],
  ['is_state', 'Name the latest payload of a topic in with:'],
  ...[50, 90, 95, 99].map((p) => [`p${p}`, `Write percentile(x, ${p})`] as const),
]);
