import type { Scope } from '../scope.ts';
import type { Out } from '../stage.ts';

/**
 * A kind of windows over messages that come in order of time. Times are those of the windows: the clock's, or those that
 * the messages tell; milliseconds.
 */
export interface WindowKind<S = unknown> {
  /** What must be the same for old state to be understood. */
  readonly shape: string;
  /** What is due is that messages leave, not that a window ends: that comes after the messages of its millisecond. */
  readonly onlyLeaves?: true;
  init(): S;
  /**
   * The message that the scope is filled with enters; `values` are those of the operands. What can throw does so before
   * anything changes. Afterwards the scope is filled with the message as before.
   */
  enter(state: S, at: number, values: readonly unknown[], scope: Scope, out: Out): void;
  /** When the next window ends or the next message leaves, or NEVER. */
  dueAt(state: S): number;
  /** Do what is due at `dueAt`, and move it on. The scope may be filled with anything afterwards. */
  due(state: S, scope: Scope, out: Out): void;
}
