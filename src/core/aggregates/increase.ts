import { finite } from '../logic/value.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';
import { type ExactSum, minus, plus, plusAll, valueOf } from './exact-sum.ts';

interface IncreaseState {
  first: number | null;
  last: number | null;
  /** By how much it grew from the first value to the last. */
  grown: ExactSum;
}

interface RollingState {
  n: number;
  /** The last value that has left, and the last that came. */
  before: number | null;
  last: number | null;
  /** By how much it grew up to each value of the window, from the one before it. */
  grown: ExactSum;
}

/**
 * `increase(x)`: by how much a counter has grown. A value that is less than the one before it comes of a counter that
 * began anew at 0. It goes on from the last value before the window, so that nothing is lost between windows.
 */
export function increase(): Gathering {
  return { over: OVER, rolling: ROLLING };
}

const OVER: Aggregator<IncreaseState, number> = {
  init: () => ({ first: null, last: null, grown: [] }),
  add(state, value) {
    if (state.first === null) state.first = value;
    state.grown = plus(state.grown, growth(state.last, value));
    state.last = value;
    return state;
  },
  merge(state, later) {
    if (later.first === null) return state;
    if (state.first === null) state.first = later.first;
    state.grown = plusAll(plus(state.grown, growth(state.last, later.first)), later.grown);
    state.last = later.last;
    return state;
  },
  result({ first, grown }, { before }) {
    if (first === null) return null;
    const fromBefore = growth(typeof before === 'number' ? before : null, first);
    return finite(valueOf(plus([...grown], fromBefore)));
  },
  carry: ({ last }, before) => last ?? before,
};

const ROLLING: Rolling<RollingState, number> = {
  init: () => ({ n: 0, before: null, last: null, grown: [] }),
  add(state, value) {
    state.n++;
    state.grown = plus(state.grown, growth(state.last, value));
    state.last = value;
  },
  remove(state, value) {
    state.n--;
    state.grown = minus(state.grown, growth(state.before, value));
    state.before = value;
  },
  result: ({ n, grown }) => (n === 0 ? null : finite(valueOf(grown))),
};

function growth(from: number | null, to: number): number {
  if (from === null) return 0;
  return to < from ? to : to - from;
}
