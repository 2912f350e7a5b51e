import type { Branch } from '../core/branch.ts';
import type { Report } from './report.ts';
import type { WrittenRule } from './written-rule.ts';

/** Warn of a rule that does nothing, or has nothing to do again. With an error, it may be the action that is missing. */
export function checkActions(
  { spec, pathOf, id }: WrittenRule,
  start: Branch,
  branches: readonly Branch[],
  report: Report,
): void {
  if (report.errors > 0) return;
  if (spec.alert === undefined && branches.every(doesNothing)) {
    report.warning(pathOf('on'), 'no-action', `rule "${id}" does nothing`, 'Give it publish:, alert:, http: or log:');
  } else if (spec.repeat !== undefined && doesNothing(start)) {
    const hint = 'An alert is told of once. Add publish: or log:';
    report.warning(pathOf('repeat'), 'nothing-to-repeat', `rule "${id}" has nothing to do again`, hint);
  }
}

function doesNothing({ actions, set, script }: Branch): boolean {
  return actions.length + set.length === 0 && script === null;
}
