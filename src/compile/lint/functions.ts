import { AGGREGATES } from '../../core/aggregates/functions.ts';
import { printExpression } from '../../spec/expression/print.ts';
import { headOf, isComparison, operatorOf, type Check } from './seen.ts';

const TAKES_A_MAPPING: ReadonlySet<string> = new Set(['keys', 'values', 'entries']);

/** `keys(lux)` of a lookup that is one value. */
const mappingOfOneValue: Check = ({ operator, first, names }, suspect) => {
  const lookup = first === null || !TAKES_A_MAPPING.has(operator) ? undefined : names.lookups.get(first);
  if (lookup === undefined || lookup.spec.open.length > 0 || lookup.spec.bound.length === 0) return;
  const message = `\`${String(first)}\` is one value here, because its wildcards are named like the trigger's`;
  suspect('bound-lookup', message, 'To get a mapping of all, give the wildcard in `with` a name of its own');
};

/** Functions that gather numbers. */
const OF_NUMBERS: ReadonlySet<string> = new Set([
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'stddev',
  'variance',
  'percentile',
]);

/** `count(x > 1)`, where `count_if(x > 1)` is meant. */
const aggregateOfTruth: Check = ({ operator, operands: [gathered], place }, suspect) => {
  if (place !== 'aggregate' || !isTruth(gathered) || (operator !== 'count' && !OF_NUMBERS.has(operator))) return;
  const message =
    operator === 'count'
      ? 'count() counts what is known, false as well as true'
      : `${operator}() is of numbers, and true and false are none`;
  const hint = `To count those for which it is true write count_if(${printExpression(gathered)})`;
  suspect('unusual-operand', message, hint);
};

/** What a number is probably meant to be. */
const UNUSUAL: Readonly<Record<string, (operand: number) => string | undefined>> = {
  percentile: (percent) =>
    percent > 0 && percent < 1 ? `Percentiles go from 0 to 100: write ${percent * 100}` : undefined,
  rate: (per) => (per < 1000 ? `That is in milliseconds: write ${per}s` : undefined),
};

/** `percentile(x, 0.9)`, `rate(x, 1)`. */
const unusualNumber: Check = ({ operator, operands: [, number] }, suspect) => {
  if (!AGGREGATES.has(operator) || typeof number !== 'number') return;
  const hint = UNUSUAL[operator]?.(number);
  if (hint !== undefined) suspect('unusual-operand', `${operator}() is asked for ${number}`, hint);
};

/** Functions of lists that, with several operands, are of these instead. */
const OF_OPERANDS: ReadonlySet<string> = new Set(['min', 'max']);

/** `avg(temperature)` in the `if` of a rule with a window. */
const listOfTheMessage: Check = ({ node, operator, operands, first, names, place }, suspect) => {
  if (place !== 'rule' || !names.hasWindow || names.inLate || names.inGatheredLet || !AGGREGATES.has(operator)) return;
  if (operator === 'delta' || (operands.length > 1 && OF_OPERANDS.has(operator))) return;
  const field = headOf(first);
  if (field === null || names.has(field)) return;
  const message = `${operator}() is of a list in the latest message here, not of the messages of the window`;
  const hint = `Gather it, such as aggregate: { value: ${printExpression(node)} }, and use that name here`;
  suspect('not-gathered', message, hint);
};

/** What is asked of functions, and is not what they give. */
export const FUNCTION_CHECKS: readonly Check[] = [mappingOfOneValue, aggregateOfTruth, unusualNumber, listOfTheMessage];

/** Whether it is true or false and nothing else, as `x or 0` is not. */
function isTruth(logic: unknown): boolean {
  const operator = operatorOf(logic);
  if (operator === 'and' || operator === 'or') return [Object.values(logic as object)[0]].flat().every(isTruth); // A mapping.
  return operator === '!' || operator === '!!' || isComparison(logic);
}
