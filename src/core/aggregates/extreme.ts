import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface ExtremeState {
  value: number | null;
}

/**
 * The candidates of a rolling window, from `head` on: none is beaten by one behind it, so the first is the extreme. Who
 * comes throws out those it beats.
 */
interface CandidatesState {
  values: number[];
  head: number;
}

/** `min(x)`. */
export function least(): Gathering {
  return extreme((a, b) => a < b);
}

/** `max(x)`. */
export function greatest(): Gathering {
  return extreme((a, b) => a > b);
}

function extreme(beats: (a: number, b: number) => boolean): Gathering {
  const add = (state: ExtremeState, value: number): void => {
    if (state.value === null || beats(value, state.value)) state.value = value;
  };
  const over: Aggregator<ExtremeState, number> = {
    init: () => ({ value: null }),
    add,
    merge(state, later) {
      if (later.value !== null) add(state, later.value);
    },
    result: ({ value }) => value,
  };
  const rolling: Rolling<CandidatesState, number> = {
    init: () => ({ values: [], head: 0 }),
    add({ values, head }, value) {
      while (values.length > head && beats(value, values.at(-1) as number)) values.pop(); // There is one.
      values.push(value);
    },
    remove(state, value) {
      if (state.values[state.head] !== value) return; // It was beaten before.
      state.head++;
      if (state.head < MOST_LEFT || state.head * 2 < state.values.length) return;
      state.values.splice(0, state.head);
      state.head = 0;
    },
    result: ({ values, head }) => values[head] ?? null,
  };
  return { over, rolling };
}

/** Values that have left may stay so long, so that moving the others up is rare. */
const MOST_LEFT = 32;
