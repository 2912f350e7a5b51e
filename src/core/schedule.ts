/**
 * When the ticks of a rule come. A schedule has no state and asks for no time: what comes next depends on `after` alone.
 * `next(after) > after`, and nothing lies between them.
 */
export interface Schedule {
  /** Equal for schedules that mean the same. */
  readonly id: string;
  /** The first tick after `after`, or NEVER. Epoch milliseconds. */
  next(after: number): number;
  /** What falls into a time in which the engine does not run is left out; else there is one tick for all of it. */
  readonly skipsMissed?: true;
}
