import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface CountState {
  n: number;
}

/** `count(x)` and `count_if(cond)`: how many values came; the operand is known or true, or does not come. */
export function counting(): Gathering {
  return { over: COUNT, rolling: ROLLING_COUNT };
}

const COUNT: Aggregator<CountState> = {
  init: () => ({ n: 0 }),
  add(state) {
    state.n++;
  },
  merge(state, later) {
    state.n += later.n;
  },
  result: ({ n }) => n,
};

const ROLLING_COUNT: Rolling<CountState> = {
  ...COUNT,
  remove(state) {
    state.n--;
  },
  result: ({ n }) => n,
};
