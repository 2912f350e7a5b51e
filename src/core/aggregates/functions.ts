import type { Gathering, OperandKind } from './aggregator.ts';
import { difference, slope } from './change.ts';
import { collecting } from './collect.ts';
import { counting } from './count.ts';
import { distinctValues } from './distinct.ts';
import { earliest, latest } from './ends.ts';
import { greatest, least } from './extreme.ts';
import { increase } from './increase.ts';
import { quantile } from './quantile.ts';
import { deviation, variance } from './spread.ts';
import { standing } from './standing.ts';
import { averaging, summing } from './sum.ts';

/** All there is to know about an aggregating function: the compiler and the docs read it from here. */
export interface AggregateFunction {
  readonly name: string;
  /** How it is written: `percentile(x, p)`. */
  readonly signature: string;
  /** What it answers, in one sentence. */
  readonly summary: string;
  /** How many operands it may have. With another number of them, the name is an ordinary operator's. */
  readonly arity: readonly [number, number];
  readonly operand: OperandKind;
  /** What it makes of its second operand, which is the same for every message; a text says why that will not do. */
  build(parameter: unknown): Gathering | string;
  /** Values of x, a second apart in a window of as many seconds, and what they give. */
  readonly example: { readonly expression: string; readonly values: readonly unknown[]; readonly result: unknown };
}

/** The functions of `aggregate`, in the order in which the docs show them. */
export const AGGREGATE_FUNCTIONS: readonly AggregateFunction[] = [
  {
    name: 'count',
    signature: 'count() or count(x)',
    summary: 'How many messages, or how many known values.',
    arity: [0, 1],
    operand: 'known',
    build: counting,
    example: { expression: 'count(x)', values: [5, null, 'a'], result: 2 },
  },
  {
    name: 'count_if',
    signature: 'count_if(condition)',
    summary: 'For how many messages the condition is true.',
    arity: [1, 1],
    operand: 'true',
    build: counting,
    example: { expression: 'count_if(x > 1)', values: [1, 2, null, 3], result: 2 },
  },
  {
    name: 'sum',
    signature: 'sum(x)',
    summary: 'The sum; 0 if nothing is known.',
    arity: [1, 1],
    operand: 'number',
    build: summing,
    example: { expression: 'sum(x)', values: [1, null, '2'], result: 3 },
  },
  {
    name: 'avg',
    signature: 'avg(x)',
    summary: 'The mean.',
    arity: [1, 1],
    operand: 'number',
    build: averaging,
    example: { expression: 'avg(x)', values: [0.1, 0.2, 0.3], result: 0.2 },
  },
  {
    name: 'min',
    signature: 'min(x)',
    summary: 'The least value. With two operands or more it is the ordinary `min`.',
    arity: [1, 1],
    operand: 'number',
    build: least,
    example: { expression: 'min(x)', values: [3, 1, 2], result: 1 },
  },
  {
    name: 'max',
    signature: 'max(x)',
    summary: 'The greatest value. With two operands or more it is the ordinary `max`.',
    arity: [1, 1],
    operand: 'number',
    build: greatest,
    example: { expression: 'max(x) - min(x)', values: [3, 1, 2], result: 2 },
  },
  {
    name: 'first',
    signature: 'first(x)',
    summary: 'The earliest known value.',
    arity: [1, 1],
    operand: 'value',
    build: earliest,
    example: { expression: 'first(x)', values: [null, 'ON', 'OFF'], result: 'ON' },
  },
  {
    name: 'last',
    signature: 'last(x)',
    summary: 'The latest known value.',
    arity: [1, 1],
    operand: 'value',
    build: latest,
    example: { expression: 'last(x)', values: ['ON', 'OFF', null], result: 'OFF' },
  },
  {
    name: 'median',
    signature: 'median(x)',
    summary: 'The middle one of the values, or the mean of the two in the middle.',
    arity: [1, 1],
    operand: 'number',
    build: () => quantile(50),
    example: { expression: 'median(x)', values: [9, 1, 2, 3], result: 2.5 },
  },
  {
    name: 'percentile',
    signature: 'percentile(x, p)',
    summary: 'The value below which p percent of the values lie, interpolated between neighbours.',
    arity: [2, 2],
    operand: 'number',
    build: (percent) =>
      typeof percent === 'number' && percent >= 0 && percent <= 100
        ? quantile(percent)
        : 'a percentile is a number from 0 to 100, the same for every message',
    example: { expression: 'percentile(x, 90)', values: [1, 2, 3, 4, 5, 6], result: 5.5 },
  },
  {
    name: 'stddev',
    signature: 'stddev(x)',
    summary: 'The standard deviation of a sample; unknown for fewer than two values.',
    arity: [1, 1],
    operand: 'number',
    build: deviation,
    example: { expression: 'stddev(x)', values: [2, 4, 4, 4, 5, 5, 7, 9, 5], result: 2 },
  },
  {
    name: 'variance',
    signature: 'variance(x)',
    summary: 'The square of the standard deviation.',
    arity: [1, 1],
    operand: 'number',
    build: variance,
    example: { expression: 'variance(x)', values: [1, 3], result: 2 },
  },
  {
    name: 'count_distinct',
    signature: 'count_distinct(x)',
    summary: 'How many different values.',
    arity: [1, 1],
    operand: 'value',
    build: distinctValues,
    example: { expression: 'count_distinct(x)', values: ['a', 'b', 'a', 1, '1'], result: 4 },
  },
  {
    name: 'collect',
    signature: 'collect(x)',
    summary: 'The values as a list, in order of time: up to 10 000, unknown for more.',
    arity: [1, 1],
    operand: 'value',
    build: collecting,
    example: { expression: 'collect(x)', values: ['a', null, 'b'], result: ['a', 'b'] },
  },
  {
    name: 'rate',
    signature: 'rate(x, per)',
    summary: 'How fast x changes from the first to the last value, for each `per`; unknown for one value.',
    arity: [2, 2],
    operand: 'number',
    build: (per) =>
      typeof per === 'number' && per > 0
        ? slope(per)
        : 'the second operand of rate is a length of time, such as 1m, the same for every message',
    example: { expression: 'rate(x, 1m)', values: [10, 11, 14], result: 120 },
  },
  {
    name: 'delta',
    signature: 'delta(x)',
    summary: 'The last value minus the first.',
    arity: [1, 1],
    operand: 'number',
    build: difference,
    example: { expression: 'delta(x)', values: [10, 17, 14], result: 4 },
  },
  {
    name: 'increase',
    signature: 'increase(x)',
    summary:
      'By how much a counter has grown since the last value before the window; a value below the one before is a counter that began anew.',
    arity: [1, 1],
    operand: 'number',
    build: increase,
    example: { expression: 'increase(x)', values: [10, 17, 2, 4], result: 11 },
  },
  {
    name: 'twa',
    signature: 'twa(x)',
    summary: 'The mean, each value weighted by the time it stood, the last one until the end of the window.',
    arity: [1, 1],
    operand: 'number',
    build: standing,
    example: { expression: 'twa(x)', values: [4, 0, 2], result: 2 },
  },
];

/** The functions by name. */
export const AGGREGATES: ReadonlyMap<string, AggregateFunction> = new Map(
  AGGREGATE_FUNCTIONS.map((one) => [one.name, one]),
);
