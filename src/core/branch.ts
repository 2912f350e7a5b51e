import type { Action, Assignment } from './action.ts';
import type { Script } from './script.ts';

/** The cases of a rule: its condition is true or false, its level ends, a message is late, an action has failed. */
export type BranchName = 'then' | 'else' | 'end' | 'late' | 'on_error';

/** What a rule does in one case. */
export interface Branch {
  readonly name: BranchName;
  readonly set: readonly Assignment[];
  readonly actions: readonly Action[];
  /** What comes after the actions, step by step. */
  readonly script: Script | null;
}
