import { finite } from '../logic/value.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface Sample {
  value: number;
  at: number;
}

interface ChangeState {
  first: Sample | null;
  last: Sample | null;
}

interface LatestState {
  n: number;
  value: number;
  at: number;
}

type Compare = (first: number, firstAt: number, last: number, lastAt: number) => number;

/** `delta(x)`: the last value minus the first; 0 if there is one. */
export function difference(): Gathering {
  return change((first, _firstAt, last) => last - first);
}

/** `rate(x, per)`: how fast it changes from the first to the last value, for so many milliseconds. */
export function slope(per: number): Gathering {
  return change((first, firstAt, last, lastAt) =>
    lastAt === firstAt ? Number.NaN : ((last - first) / (lastAt - firstAt)) * per,
  );
}

function change(compare: Compare): Gathering {
  const over: Aggregator<ChangeState, number> = {
    init: () => ({ first: null, last: null }),
    add(state, value, at) {
      if (state.first === null) state.first = { value, at };
      if (state.last === null) state.last = { value, at };
      else {
        state.last.value = value;
        state.last.at = at;
      }
      return state;
    },
    merge(state, later) {
      if (state.first === null && later.first !== null) state.first = { ...later.first };
      if (later.last !== null) state.last = { ...later.last };
      return state;
    },
    result: ({ first, last }) =>
      first === null || last === null ? null : finite(compare(first.value, first.at, last.value, last.at)),
  };
  const rolling: Rolling<LatestState, number> = {
    init: () => ({ n: 0, value: 0, at: 0 }),
    add(state, value, at) {
      state.n++;
      state.value = value;
      state.at = at;
    },
    remove(state) {
      state.n--;
    },
    result({ n, value, at }, column) {
      if (n === 0) return null;
      const { first } = column;
      return finite(compare(column.values[first] as number, column.at[first] as number, value, at)); // One is known.
    },
  };
  return { over, rolling };
}
