import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface LatestState {
  n: number;
  value: unknown;
}

/** `first(x)`: the earliest known value. */
export function earliest(): Gathering {
  const over: Aggregator = {
    init: () => null,
    add: (first, value) => first ?? value,
    merge: (first, later) => first ?? later,
    result: (first) => first,
  };
  const rolling: Rolling<null> = {
    init: () => null,
    add() {},
    remove() {},
    result: (_state, { values, first }) => values[first] ?? null,
  };
  return { over, rolling };
}

/** `last(x)`: the latest known value. */
export function latest(): Gathering {
  const over: Aggregator = {
    init: () => null,
    add: (_last, value) => value,
    merge: (last, later) => later ?? last,
    result: (last) => last,
  };
  const rolling: Rolling<LatestState> = {
    init: () => ({ n: 0, value: null }),
    add(state, value) {
      state.n++;
      state.value = value;
    },
    remove(state) {
      state.n--;
      if (state.n === 0) state.value = null;
    },
    result: ({ value }) => value,
  };
  return { over, rolling };
}
