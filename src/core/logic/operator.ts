import type { Build } from './call.ts';

/** All there is to know about an operator: the compiler, the hints and the docs read it from here. */
export interface Operator {
  readonly name: string;
  /** The fewest and the most operands; MANY for no end. */
  readonly arity: readonly [number, number];
  /** How it is written in an expression: `round(x, digits?)`. */
  readonly signature: string;
  /** What it answers, in one sentence. */
  readonly summary: string;
  readonly example: OperatorExample;
  readonly build: Build;
  /** The operand that is evaluated for each element of the list in the first one. */
  readonly body?: number;
  /** What to write instead of too many operands. */
  readonly surplusHint?: string;
}

/** What the logic answers for the payload, at 2026-11-20T10:00:00Z in UTC. */
export interface OperatorExample {
  readonly logic: unknown;
  readonly payload?: unknown;
  readonly result: unknown;
}

/** In an arity: any number of operands. */
export const MANY = Number.POSITIVE_INFINITY;
