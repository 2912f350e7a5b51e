/** Stops what was begun. Calling it twice does nothing more. */
export type Cancel = () => void;

/**
 * Where time comes from, in epoch milliseconds. `now` is what everything is timed by: it begins with the wall clock and
 * then passes as real time does, whatever becomes of the wall clock. So it never goes back and never jumps.
 */
export interface Clock {
  now(): number;
  /** What the wall clock says: it may be set, either way. */
  wall(): number;
  /** Call `wake` once, when `now` has reached `at` or a little later, however far away that is. Never within this call. */
  at(at: number, wake: () => void): Cancel;
}
