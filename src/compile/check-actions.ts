import type { Branch } from '../core/branch.ts';
import type { RuleSpec } from './keywords.ts';
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
    report.warning(
      pathOf('on'),
      'no-action',
      `rule "${id}" does nothing`,
      'Give it publish:, alert:, http:, log: or do:',
    );
  } else if (spec.repeat !== undefined && doesNothing(start)) {
    const hint = 'An alert is told of once. Add publish: or log:';
    report.warning(pathOf('repeat'), 'nothing-to-repeat', `rule "${id}" has nothing to do again`, hint);
  }
}

/** Warn of what stands in a branch that the rule never comes to, or of a mode that is not about what it does. */
export function checkBranches({ spec, pathOf }: WrittenRule, report: Report): void {
  if (spec.else !== undefined && spec.if === undefined) {
    const message = '`else` acts where `if` is false, and there is no `if`';
    report.warning(pathOf('else'), 'never-acts', message, 'Add if:, or take else: out');
  }
  if (typeof spec.alert === 'object' && spec.alert.pending === true && spec.absent !== undefined) {
    const message = 'an alert of silence is not told of while it is pending: the silence has yet to be one';
    report.warning([...pathOf('alert'), 'pending'], 'never-acts', message, 'Take pending: out');
  }
  if ((spec.mode ?? 'single') === 'single' && waits(spec.do) && spec.end?.do !== undefined) {
    const message = 'the steps in `end` are dropped while those of the rule are at work, which wait';
    const hint = 'Write mode: restart, queued or parallel; or put what must come into end: beside do:';
    report.warning(pathOf('end'), 'dropped-steps', message, hint);
  }
  if (spec.mode !== 'restart' || spec.do !== undefined) return;
  const key = spec.end?.do === undefined ? 'else' : 'end';
  if (spec[key]?.do === undefined) return;
  const message = `only what acts with \`do\` ends the steps in \`${key}\`: publish: beside them does not`;
  const hint = 'To end them when the rule acts, write what it does as a step: do: [{ publish: … }]';
  report.warning(pathOf('mode'), 'not-restarted', message, hint);
}

/** Whether there are steps that take time. */
function waits(steps: RuleSpec['do']): boolean {
  return [steps ?? []]
    .flat()
    .some((step) => step.wait !== undefined || step.wait_for !== undefined || step.loop !== undefined);
}

function doesNothing({ actions, set, script }: Branch): boolean {
  return actions.length + set.length === 0 && script === null;
}
