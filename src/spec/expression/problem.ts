/** A stretch of an expression or template, in UTF-16 units of its text. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** What is wrong with an expression or template, and where in its text. The place always lies inside the text. */
export interface ExpressionProblem extends Place {
  /** Stable and kebab-case: `unterminated-text`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Carries a problem out of the depths of the parser. It never leaves this folder. */
export class Refusal extends Error {
  readonly problem: ExpressionProblem;

  constructor(code: string, place: Place, message: string, hint?: string) {
    super(message);
    this.problem = problemAt(code, place, message, hint);
  }
}

/** A problem at a place, which may be a token with more fields. */
export function problemAt(code: string, place: Place, message: string, hint?: string): ExpressionProblem {
  const { offset, length } = place;
  return { offset, length, code, message, ...(hint === undefined ? {} : { hint }) };
}
