import { finite } from '../logic/value.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';
import { type ExactSum, minus, plus, plusAll, valueOf } from './exact-sum.ts';

interface StandingState {
  firstAt: number;
  lastAt: number;
  /** Null while nothing is known. */
  last: number | null;
  /** Each value but the last, times the milliseconds until the next. */
  area: ExactSum;
}

interface RollingState extends StandingState {
  n: number;
}

/**
 * `twa(x)`: the mean, each value weighted by the time it stood: until the next one, the last until the end of the window.
 * Where no time has passed it is the last value.
 */
export function standing(): Gathering {
  return { over: OVER, rolling: ROLLING };
}

const OVER: Aggregator<StandingState, number> = {
  init: () => ({ firstAt: 0, lastAt: 0, last: null, area: [] }),
  add,
  merge(state, later) {
    if (later.last === null) return state;
    if (state.last === null) state.firstAt = later.firstAt;
    else state.area = plus(state.area, state.last * (later.firstAt - state.lastAt));
    state.area = plusAll(state.area, later.area);
    state.lastAt = later.lastAt;
    state.last = later.last;
    return state;
  },
  result: (state, { end }) => result(state, end),
};

const ROLLING: Rolling<RollingState, number> = {
  init: () => ({ n: 0, firstAt: 0, lastAt: 0, last: null, area: [] }),
  add(state, value, at) {
    state.n++;
    add(state, value, at);
  },
  remove(state, value, at, next) {
    state.n--;
    if (state.n === 0) {
      state.last = null;
      return;
    }
    state.area = minus(state.area, value * (next - at));
    state.firstAt = next;
  },
  result: (state, _column, { end }) => result(state, end),
};

function add(state: StandingState, value: number, at: number): StandingState {
  if (state.last === null) state.firstAt = at;
  else state.area = plus(state.area, state.last * (at - state.lastAt));
  state.lastAt = at;
  state.last = value;
  return state;
}

function result({ firstAt, lastAt, last, area }: StandingState, end: number): number | null {
  if (last === null) return null;
  if (end <= firstAt) return last;
  return finite(valueOf(plus([...area], last * (end - lastAt))) / (end - firstAt));
}
