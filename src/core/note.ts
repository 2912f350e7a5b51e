import type { RuleError } from './tally.ts';

/** Something a person may want to read about one rule and one message. Data from the wire is in it: escape it. */
export interface Note {
  readonly rule: string;
  readonly key: string;
  /** `quarantined`: the rule is put aside. What led there has been counted and told before. */
  readonly reason: RuleError | 'quarantined';
  readonly topic: string;
  readonly message: string;
}
