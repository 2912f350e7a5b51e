import type { Moment } from '../moment.ts';
import type { Scope } from '../scope.ts';
import type { Out } from '../stage.ts';

/** A kind of windows over messages that tell their own time and may come in any order. Times are milliseconds. */
export interface EventKind<S = unknown> {
  /** What must be the same for old state to be understood. */
  readonly shape: string;
  init(): S;
  /** Whether every window that a message of a time would be in has closed, now that event time has come to `mark`. */
  isLate(state: S, at: number, mark: number): boolean;
  /** A message comes in that is not late. `values` belong to the window from now on. */
  enter(state: S, at: number, values: readonly unknown[], live: boolean, moment: Moment, mark: number, out: Out): void;
  /** The time at which the next window closes or the next message has its turn, or NEVER. */
  dueAt(state: S): number;
  /** Do what is due at `dueAt`, and move it on. The scope may be filled with anything afterwards. */
  due(state: S, scope: Scope, out: Out): void;
}
