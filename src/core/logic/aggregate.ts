import { type ExactSum, meanOf, plus, valueOf } from '../aggregates/exact-sum.ts';
import { chargeScan } from './budget.ts';
import type { Build, Call } from './call.ts';
import type { LogicScope } from './getter.ts';
import { MANY, type Operator } from './operator.ts';
import { quantileOf } from './quantile.ts';
import { binary, numeric, unary } from './strict.ts';
import { finite, isList, numberOf } from './value.ts';

/** One number out of a list. What is not numeric in the list is skipped; from nothing the answer is unknown. */
export const AGGREGATE: readonly Operator[] = [
  {
    name: 'sum',
    arity: [1, 1],
    signature: 'sum(l)',
    summary: 'The sum of the numbers in a list; 0 if there are none.',
    example: { logic: { sum: { var: 'l' } }, payload: { l: [1, null, '2'] }, result: 3 },
    build: aggregate(sum),
  },
  {
    name: 'avg',
    arity: [1, 1],
    signature: 'avg(l)',
    summary: 'The mean of the numbers in a list.',
    example: { logic: { avg: { var: 'l' } }, payload: { l: [1, null, 2] }, result: 1.5 },
    build: aggregate(mean),
  },
  {
    name: 'min',
    arity: [1, MANY],
    signature: 'min(l) or min(a, b, …)',
    summary: 'The least of the numbers in a list, or of the operands.',
    example: { logic: { min: { var: 'l' } }, payload: { l: [3, null, '2'] }, result: 2 },
    build: (call) => (call.count === 1 ? leastOfOne : least)(call),
  },
  {
    name: 'max',
    arity: [1, MANY],
    signature: 'max(l) or max(a, b, …)',
    summary: 'The greatest of the numbers in a list, or of the operands.',
    example: { logic: { max: [{ var: 'a' }, { var: 'b' }] }, payload: { a: 3, b: 4 }, result: 4 },
    build: (call) => (call.count === 1 ? greatestOfOne : greatest)(call),
  },
  {
    name: 'median',
    arity: [1, 1],
    signature: 'median(l)',
    summary: 'The middle one of the numbers in a list, or the mean of the two in the middle.',
    example: { logic: { median: { var: 'l' } }, payload: { l: [9, 1, 2, 3] }, result: 2.5 },
    build: aggregate((numbers) => quantile(numbers, 50)),
  },
  {
    name: 'stddev',
    arity: [1, 1],
    signature: 'stddev(l)',
    summary: 'The standard deviation of the numbers in a list, of a sample; unknown for fewer than two.',
    example: { logic: { stddev: { var: 'l' } }, payload: { l: [2, 4, 4, 4, 5, 5, 7, 9, 5] }, result: 2 },
    build: aggregate(deviation),
  },
  {
    name: 'percentile',
    arity: [2, 2],
    signature: 'percentile(l, p)',
    summary: 'The value below which p percent of the numbers in a list lie, interpolated between neighbours.',
    example: { logic: { percentile: [{ var: 'l' }, 90] }, payload: { l: [1, 2, 3, 4, 5, 6] }, result: 5.5 },
    build: buildPercentile,
  },
];

function aggregate(compute: (numbers: number[]) => number): Build {
  return unary((list, scope) => (isList(list) ? finite(compute(numbersIn(list, scope))) : null));
}

function numbersIn(list: readonly unknown[], scope: LogicScope): number[] {
  chargeScan(scope, list.length);
  const numbers: number[] = [];
  for (const element of list) {
    const number = numberOf(element);
    if (!Number.isNaN(number)) numbers.push(number);
  }
  return numbers;
}

/** Without rounding on the way, as over a window. */
function exactSum(numbers: readonly number[]): ExactSum {
  return numbers.reduce<ExactSum>((sum, number) => plus(sum, number), []);
}

function sum(numbers: readonly number[]): number {
  return valueOf(exactSum(numbers));
}

/** Of no numbers it is NaN. */
function mean(numbers: readonly number[]): number {
  return meanOf(exactSum(numbers), numbers.length);
}

function deviation(numbers: readonly number[]): number {
  const center = mean(numbers);
  let squares = 0;
  for (const number of numbers) squares += (number - center) ** 2;
  return numbers.length < 2 ? Number.NaN : Math.sqrt(squares / (numbers.length - 1));
}

/** Sorts the numbers; `percent` is from 0 to 100. */
function quantile(numbers: number[], percent: number): number {
  return quantileOf(
    numbers.sort((a, b) => a - b),
    percent,
  );
}

const percentile = binary((list, share, scope) => {
  const percent = numberOf(share);
  return isList(list) && percent >= 0 && percent <= 100 ? finite(quantile(numbersIn(list, scope), percent)) : null;
});

function buildPercentile(call: Call): ReturnType<Build> {
  const { value } = call.operand(1);
  if (value !== undefined && !(numberOf(value) >= 0 && numberOf(value) <= 100)) {
    call.error('bad-percentile', 'a percentile is a number from 0 to 100', { operand: 1 });
  }
  return percentile(call);
}

const least = numeric(Math.min);
const greatest = numeric(Math.max);
const leastOfOne = unary((value, scope) => extreme(value, scope, (a, b) => a < b));
const greatestOfOne = unary((value, scope) => extreme(value, scope, (a, b) => a > b));

/** Of a list; a single number is its own extreme. */
function extreme(value: unknown, scope: LogicScope, beats: (a: number, b: number) => boolean): number | null {
  if (!isList(value)) return finite(numberOf(value));
  let best = Number.NaN;
  for (const number of numbersIn(value, scope)) if (Number.isNaN(best) || beats(number, best)) best = number;
  return finite(best);
}
