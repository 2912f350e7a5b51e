import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface EndState {
  /** Null while nothing is known. */
  value: unknown;
}

interface LatestState {
  n: number;
  value: unknown;
}

/** `first(x)`: the earliest known value. */
export function earliest(): Gathering {
  const over: Aggregator<EndState> = {
    init: () => ({ value: null }),
    add(state, value) {
      if (state.value === null) state.value = value;
    },
    merge(state, later) {
      if (state.value === null) state.value = later.value;
    },
    result: ({ value }) => value,
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
  const over: Aggregator<EndState> = {
    init: () => ({ value: null }),
    add(state, value) {
      state.value = value;
    },
    merge(state, later) {
      if (later.value !== null) state.value = later.value;
    },
    result: ({ value }) => value,
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
