import { finite } from '../logic/value.ts';
import type { Aggregator, Gathering, Rolling } from './aggregator.ts';

interface SpreadState {
  n: number;
  mean: number;
  /** The sum of the squares of the distances from the mean. */
  squares: number;
}

/** `variance(x)`: that of a sample; unknown for fewer than two values. */
export function variance(): Gathering {
  return spread((square) => square);
}

/** `stddev(x)`: the square root of the variance. */
export function deviation(): Gathering {
  return spread(Math.sqrt);
}

/**
 * By the methods of Welford and of Chan, which keep their precision where values are large and close to each other. A
 * rolling window goes through its values again: to take one out of the sum of squares would leave the error behind of
 * the largest that ever was in it.
 */
function spread(of: (square: number) => number): Gathering {
  const result = ({ n, squares }: SpreadState): number | null => (n < 2 ? null : finite(of(squares / (n - 1))));
  const over: Aggregator<SpreadState, number> = { init, add, merge, result };
  const rolling: Rolling<null> = {
    init: () => null,
    add() {},
    remove() {},
    result(_state, { values, first }) {
      const state = init();
      for (let i = first; i < values.length; i++) {
        const value = values[i];
        if (typeof value === 'number') add(state, value);
      }
      return result(state);
    },
  };
  return { over, rolling };
}

function init(): SpreadState {
  return { n: 0, mean: 0, squares: 0 };
}

function add(state: SpreadState, value: number): SpreadState {
  state.n++;
  const distance = value - state.mean;
  state.mean += distance / state.n;
  state.squares += distance * (value - state.mean);
  return state;
}

function merge(state: SpreadState, later: SpreadState): SpreadState {
  if (later.n === 0) return state;
  const n = state.n + later.n;
  const distance = later.mean - state.mean;
  state.squares += later.squares + ((distance * distance * state.n) / n) * later.n;
  state.mean += (distance * later.n) / n;
  state.n = n;
  return state;
}
