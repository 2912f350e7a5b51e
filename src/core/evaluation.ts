import type { Traced } from './logic/trace.ts';

/** One look of a rule at one of its conditions. */
export interface Evaluation {
  readonly rule: string;
  /** Empty where it is not known yet, as in the `where` of a rule with `by`. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Where in the rule the condition stands: `if`, `until.if`, `sequence.1.if`. */
  readonly condition: string;
  readonly traced: Traced;
}

/** Told of each look, in the turn in which the rule looks. */
export type EvaluationListener = (evaluation: Evaluation) => void;
