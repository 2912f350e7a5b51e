import { finite } from '../logic/value.ts';
import { quantileOf } from '../logic/quantile.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';
import { MAX_WINDOW_MESSAGES } from '../logic/budget.ts';

interface ValuesState {
  values: number[];
  /** Where the next value goes when there are as many as may be: in the place of the oldest. */
  oldest: number;
}

interface SortedState {
  sorted: number[];
}

/** `median(x)` is that of 50 percent: interpolated between neighbours. */
export function quantile(percent: number): Gathering {
  const over: Aggregator<ValuesState, number> = {
    keeps: true,
    init: () => ({ values: [], oldest: 0 }),
    add: keep,
    merge(state, later) {
      const { values, oldest } = later;
      for (let i = 0; i < values.length; i++) keep(state, values[(oldest + i) % values.length] as number); // Below it.
      return state;
    },
    result: ({ values }) => finite(quantileOf([...values].sort(ascending), percent)),
  };
  const rolling: Rolling<SortedState, number> = {
    init: () => ({ sorted: [] }),
    add({ sorted }, value) {
      sorted.splice(placeOf(sorted, value), 0, value);
    },
    remove({ sorted }, value) {
      sorted.splice(placeOf(sorted, value), 1);
    },
    result: ({ sorted }) => finite(quantileOf(sorted, percent)),
  };
  return { over, rolling };
}

function keep(state: ValuesState, value: number): ValuesState {
  const { values } = state;
  if (values.length < MAX_WINDOW_MESSAGES) {
    values.push(value);
    return state;
  }
  values[state.oldest] = value;
  state.oldest = (state.oldest + 1) % MAX_WINDOW_MESSAGES;
  return state;
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** The first place whose value is not less. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1; // Below the length.
    else high = middle;
  }
  return low;
}
