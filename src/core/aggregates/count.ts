import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

/** `count(x)` and `count_if(cond)`: how many values came; the operand is known or true, or does not come. */
export function counting(): Gathering {
  return { over: COUNT, rolling: ROLLING_COUNT };
}

const COUNT: Aggregator<number> = {
  init: () => 0,
  add: (n) => n + 1,
  merge: (n, later) => n + later,
  result: (n) => n,
};

const ROLLING_COUNT: Rolling<{ n: number }> = {
  init: () => ({ n: 0 }),
  add(state) {
    state.n++;
  },
  remove(state) {
    state.n--;
  },
  result: ({ n }) => n,
};
