import { finite } from '../logic/value.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';
import { type ExactSum, meanOf, minus, plus, plusAll, valueOf } from './exact-sum.ts';

interface SumState {
  n: number;
  sum: ExactSum;
}

/** `sum(x)`: 0 if nothing is known. */
export function summing(): Gathering {
  const result = ({ sum }: SumState): number | null => finite(valueOf(sum));
  return { over: { ...OVER, result }, rolling: { ...ROLLING, result } };
}

/** `avg(x)`: unknown if nothing is known. */
export function averaging(): Gathering {
  const result = ({ n, sum }: SumState): number | null => (n === 0 ? null : finite(meanOf(sum, n)));
  return { over: { ...OVER, result }, rolling: { ...ROLLING, result } };
}

const OVER: Omit<Aggregator<SumState, number>, 'result'> = {
  init: () => ({ n: 0, sum: [] }),
  add(state, value) {
    state.n++;
    state.sum = plus(state.sum, value);
  },
  merge(state, later) {
    state.n += later.n;
    state.sum = plusAll(state.sum, later.sum);
  },
};

const ROLLING: Omit<Rolling<SumState, number>, 'result'> = {
  init: OVER.init,
  add: OVER.add,
  remove(state, value) {
    state.n--;
    state.sum = minus(state.sum, value);
  },
};
