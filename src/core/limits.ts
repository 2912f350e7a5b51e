import { MAX_STEPS } from './logic/budget.ts';

/** What bounds the work of one message and the memory of a lookup. */
export interface MachineLimits {
  /** Iterator steps that one rule may take for one message. */
  readonly steps: number;
  /** Elements of a list that `foreach` goes through. */
  readonly elements: number;
  /** Topics in one lookup. */
  readonly lookupKeys: number;
  /** Rules that a message may go through, one publishing what wakes the next. */
  readonly hops: number;
  /** Breaches of a budget within a minute after which a rule is put aside until the next reload. */
  readonly breaches: number;
}

/** What holds where the configuration says nothing else. */
export const MACHINE_LIMITS: MachineLimits = {
  steps: MAX_STEPS,
  elements: 10_000,
  lookupKeys: 100_000,
  hops: 8,
  breaches: 100,
};
