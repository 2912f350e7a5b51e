import { finite } from '../logic/value.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';
import { type ExactSum, meanOf, minus, plus, plusAll, valueOf } from './exact-sum.ts';

/** How many values, and behind that their exact sum: one list, as there may be one for every key. */
type CountedSum = number[];

interface RollingState {
  n: number;
  sum: ExactSum;
}

/** `sum(x)`: 0 if nothing is known. */
export function summing(): Gathering {
  return of((_n, sum) => finite(valueOf(sum)));
}

/** `avg(x)`: unknown if nothing is known. */
export function averaging(): Gathering {
  return of((n, sum) => (n === 0 ? null : finite(meanOf(sum, n))));
}

function of(result: (n: number, sum: ExactSum) => number | null): Gathering {
  const over: Aggregator<CountedSum, number> = { ...OVER, result: (state) => result(state[0] ?? 0, sumOf(state)) };
  const rolling: Rolling<RollingState, number> = { ...ROLLING, result: ({ n, sum }) => result(n, sum) };
  return { over, rolling };
}

const OVER: Omit<Aggregator<CountedSum, number>, 'result'> = {
  init: () => [0],
  add(state, value) {
    state[0] = (state[0] ?? 0) + 1;
    return plus(state, value, 1);
  },
  merge(state, later) {
    state[0] = (state[0] ?? 0) + (later[0] ?? 0);
    return plusAll(state, sumOf(later), 1);
  },
};

function sumOf(state: CountedSum): ExactSum {
  return state.slice(1);
}

const ROLLING: Omit<Rolling<RollingState, number>, 'result'> = {
  init: () => ({ n: 0, sum: [] }),
  add(state, value) {
    state.n++;
    state.sum = plus(state.sum, value);
  },
  remove(state, value) {
    state.n--;
    state.sum = minus(state.sum, value);
  },
};
