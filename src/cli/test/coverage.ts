import type { LoadedTests } from '../../app/test.ts';
import { printExpression } from '../../spec/expression/print.ts';
import type { Coverage, Decision, RuleCoverage } from '../../testing/coverage.ts';
import { printableLine } from '../printable.ts';

/** What the tests have made of one rule, and what they have not tried. */
export interface CoverageRow extends RuleCoverage {
  readonly file: string;
  readonly line: number;
  readonly gaps: readonly string[];
}

/** A row for each rule, in order. */
export function coverageRows(coverage: Coverage, { rules }: LoadedTests): CoverageRow[] {
  return rules.map(({ rule, file, line }) => {
    const covered = coverage.of(rule.id);
    return { ...covered, file, line, gaps: gapsOf(covered) };
  });
}

function gapsOf({ scenarios, evaluations, acted, decisions }: RuleCoverage): string[] {
  if (scenarios === 0) return ['in no test'];
  const looks = evaluations.true + evaluations.false + evaluations.unknown;
  if (looks + acted === 0 && decisions.length === 0) return ['never evaluated'];
  return [...(acted === 0 ? ['never acted'] : []), ...decisions.flatMap(gapsOfDecision)];
}

function gapsOfDecision({ condition, logic, outcomes }: Decision): string[] {
  const missing = (['true', 'false'] as const).filter((outcome) => outcomes[outcome] === 0);
  return missing.map((outcome) => `never ${outcome}: ${condition}: ${printExpression(logic)}`);
}

/** A table of all rules, and what is left to test. */
export function coverageText(rows: readonly CoverageRow[]): string {
  const head = ['rule', 'tests', 'true', 'false', 'unknown', 'acted'];
  const cells = rows.map(({ rule, scenarios, evaluations, acted }) => [
    rule,
    ...[scenarios, evaluations.true, evaluations.false, evaluations.unknown, acted].map(String),
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const table = [head, ...cells].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  const gaps = rows.flatMap(({ rule, file, line, gaps }) => gaps.map((gap) => `${file}:${line} ${rule} ${gap}`));
  const whole = rows.filter((row) => row.gaps.length === 0).length;
  const lines = [`coverage: ${whole} of ${rows.length} rules tried in every way`, ...table, ...gaps];
  return `${lines.map(printableLine).join('\n')}\n`;
}
