import { ACTION_RESULTS, ACTION_TYPES, RULE_ERRORS, SUPPRESSIONS, type Tally } from '../../core/tally.ts';

/** Add every count of one tally to another. */
export function addTally(into: Tally, from: Tally): void {
  into.evaluations.true += from.evaluations.true;
  into.evaluations.false += from.evaluations.false;
  into.evaluations.unknown += from.evaluations.unknown;
  into.fired += from.fired;
  for (const reason of SUPPRESSIONS) into.suppressed[reason] += from.suppressed[reason];
  for (const reason of RULE_ERRORS) into.errors[reason] += from.errors[reason];
  for (const type of ACTION_TYPES) {
    for (const result of ACTION_RESULTS) into.actions[type][result] += from.actions[type][result];
  }
}
