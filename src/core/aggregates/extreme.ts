import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

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
  const add = (extreme: number | null, value: number): number =>
    extreme === null || beats(value, extreme) ? value : extreme;
  const over: Aggregator<number | null, number> = {
    init: () => null,
    add,
    merge: (extreme, later) => (later === null ? extreme : add(extreme, later)),
    result: (extreme) => extreme,
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
