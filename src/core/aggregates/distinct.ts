import { canonical } from '../canonical.ts';
import { MAX_WINDOW_MESSAGES, MAX_WINDOW_TEXT } from '../logic/budget.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface DistinctState {
  /** How often each value came, by its canonical text, which is no name that an object has by itself. */
  times: { [text: string]: number };
  n: number;
  length: number;
  /** There were more than can be remembered. */
  isOver: boolean;
}

/** `count_distinct(x)`: how many different known values; unknown where there are too many to remember. */
export function distinctValues(): Gathering {
  return { over: OVER, rolling: ROLLING };
}

const OVER: Aggregator<DistinctState> = {
  init,
  add: (state, value) => seeWithin(state, canonical(value)),
  merge(state, later) {
    for (const text of Object.keys(later.times)) seeWithin(state, text);
    if (later.isOver) state.isOver = true;
    return state;
  },
  result,
};

/** How many values a rolling window keeps is bounded where they are kept. */
const ROLLING: Rolling<DistinctState> = {
  init,
  add: (state, value) => see(state, canonical(value)),
  remove(state, value) {
    const text = canonical(value);
    const times = state.times[text];
    if (times === undefined) return;
    if (times > 1) {
      state.times[text] = times - 1;
      return;
    }
    delete state.times[text];
    state.n--;
    state.length -= text.length;
  },
  result,
};

function init(): DistinctState {
  return { times: {}, n: 0, length: 0, isOver: false };
}

function result({ n, isOver }: DistinctState): number | null {
  return isOver ? null : n;
}

function seeWithin(state: DistinctState, text: string): DistinctState {
  const isNew = state.times[text] === undefined;
  if (isNew && (state.n >= MAX_WINDOW_MESSAGES || state.length + text.length > MAX_WINDOW_TEXT)) state.isOver = true;
  else see(state, text);
  return state;
}

function see(state: DistinctState, text: string): void {
  const times = state.times[text];
  if (times === undefined) {
    state.n++;
    state.length += text.length;
  }
  state.times[text] = (times ?? 0) + 1;
}
