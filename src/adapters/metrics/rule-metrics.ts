import { ACTION_RESULTS, ACTION_TYPES, RULE_ERRORS, SUPPRESSIONS } from '../../core/tally.ts';
import type { Readings } from '../../ports/readings.ts';
import type { MetricReader, Sample } from './metric.ts';
import { RuleLines, type RuleLine } from './rule-lines.ts';

/** The most rules that are shown by name. */
const MAX_NAMED_RULES = 500;

/** What each rule did and holds. The first of these decides, at each scrape, which rules the rest of them show. */
export function ruleMetrics(readings: Readings): readonly MetricReader[] {
  const named = new RuleLines(MAX_NAMED_RULES);
  let lines: readonly RuleLine[] = [];
  const each = (read: (line: RuleLine) => readonly Sample[]) => () => lines.flatMap(read);
  const one = (value: (line: RuleLine) => number): (() => Sample[]) =>
    each((line) => [{ labels: { rule: line.rule }, value: value(line) }]);
  return [
    {
      name: 'automate_rule_evaluations_total',
      type: 'counter',
      help: "How often a rule's condition was evaluated, by what it was.",
      read: () => {
        lines = named.update(readings.rules());
        return lines.flatMap(evaluations);
      },
    },
    {
      name: 'automate_rule_fired_total',
      type: 'counter',
      help: 'How often a rule was due to act.',
      read: one(({ tally }) => tally.fired),
    },
    {
      name: 'automate_rule_suppressed_total',
      type: 'counter',
      help: 'How often a rule was due to act and did not, by what held it back.',
      read: each(({ rule, tally }) =>
        SUPPRESSIONS.map((reason) => ({ labels: { rule, reason }, value: tally.suppressed[reason] })),
      ),
    },
    {
      name: 'automate_rule_errors_total',
      type: 'counter',
      help: 'How often something went wrong for a rule and a message, by what it was.',
      read: each(({ rule, tally }) =>
        RULE_ERRORS.map((reason) => ({ labels: { rule, reason }, value: tally.errors[reason] })),
      ),
    },
    {
      name: 'automate_actions_total',
      type: 'counter',
      help: 'Actions of a rule, by their type and by what became of them.',
      read: each(actions),
    },
    {
      name: 'automate_rule_cells',
      type: 'gauge',
      help: 'Keys that a rule remembers something about.',
      read: one((line) => line.cells),
    },
    {
      name: 'automate_rule_active',
      type: 'gauge',
      help: 'Keys of a rule whose condition holds.',
      read: one((line) => line.active),
    },
    {
      name: 'automate_rule_pending',
      type: 'gauge',
      help: 'Keys of a rule whose condition holds, but not for long enough yet.',
      read: one((line) => line.pending),
    },
    {
      name: 'automate_rule_quarantined',
      type: 'gauge',
      help: 'Whether a rule is set aside until the next reload because it went over its limits too often: 1 or 0.',
      read: one((line) => line.quarantined),
    },
    {
      name: 'automate_alerts',
      type: 'gauge',
      help: 'Alerts of a rule, by severity and state.',
      read: each(({ rule, alerts }) =>
        alerts.map(({ severity, state, count }) => ({ labels: { rule, severity, state }, value: count })),
      ),
    },
  ];
}

function evaluations({ rule, tally }: RuleLine): Sample[] {
  return [
    { labels: { rule, result: 'true' }, value: tally.evaluations.true },
    { labels: { rule, result: 'false' }, value: tally.evaluations.false },
    { labels: { rule, result: 'unknown' }, value: tally.evaluations.unknown },
  ];
}

function actions({ rule, tally }: RuleLine): Sample[] {
  return ACTION_TYPES.flatMap((type) =>
    ACTION_RESULTS.map((result) => ({ labels: { rule, type, result }, value: tally.actions[type][result] })),
  );
}
