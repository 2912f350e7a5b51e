/** Stops what was begun. Calling it twice does nothing more. */
export type Cancel = () => void;

/** Where time comes from. `now` is epoch milliseconds and never goes back: a wall clock that jumps back is held. */
export interface Clock {
  now(): number;
  /** Call `wake` once, at or after `at` (epoch milliseconds), however far away that is. */
  at(at: number, wake: () => void): Cancel;
}
