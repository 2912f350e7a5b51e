import { MAX_LIST, MAX_WINDOW_TEXT } from '../logic/budget.ts';
import { weightOf } from '../weight.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface ListState {
  /** Null when there was more than a list may have. */
  values: unknown[] | null;
  weight: number;
}

/** `collect(x)`: the known values as a list; unknown where that would be longer than a list may be. */
export function collecting(): Gathering {
  return { over: OVER, rolling: ROLLING };
}

const OVER: Aggregator<ListState> = {
  init: () => ({ values: [], weight: 0 }),
  add: (state, value) => append(state, value, weightOf(value)),
  merge(state, later) {
    if (later.values === null) state.values = null;
    else for (const value of later.values) append(state, value, weightOf(value));
    return state;
  },
  result: ({ values }) => (values === null || values.length === 0 ? null : [...values]),
};

const ROLLING: Rolling<null> = {
  init: () => null,
  add() {},
  remove() {},
  result(_state, { values, first }) {
    const list: unknown[] = [];
    for (let i = first; i < values.length; i++) {
      const value = values[i];
      if (value !== null) list.push(value);
    }
    return list.length === 0 || list.length > MAX_LIST ? null : list;
  },
};

function append(state: ListState, value: unknown, weight: number): ListState {
  if (state.values === null) return state;
  state.weight += weight;
  if (state.values.length < MAX_LIST && state.weight <= MAX_WINDOW_TEXT) state.values.push(value);
  else state.values = null;
  return state;
}
