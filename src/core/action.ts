import type { AlertEffect, Effect } from './effect.ts';
import type { Expression, Scope } from './scope.ts';
import type { RuleError } from './tally.ts';

/** Why an action cannot be performed. Made where a template is rendered, caught where the rule acts. */
export class ActionFailure {
  readonly reason: RuleError;
  readonly message: string;

  constructor(reason: RuleError, message: string) {
    this.reason = reason;
    this.message = message;
  }
}

/** What an action can come to. That an alert has changed is told by the rule itself. */
export type ActionEffect = Exclude<Effect, AlertEffect>;

/** One thing a rule does: `render` makes the effect, or says why not. */
export interface Action {
  readonly type: ActionEffect['type'];
  render(scope: Scope): ActionEffect | ActionFailure;
}

/** One step of `set`: where in the memory, and the value. Indexes and names of the path are worked out first. */
export interface Assignment {
  readonly slot: number;
  readonly path: readonly (string | Expression)[];
  readonly value: Expression;
  /** Whether a null is one that the rule has written, which clears; any other unknown value leaves the memory alone. */
  readonly clears: Expression;
}
