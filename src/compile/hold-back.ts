import type { Branch } from '../core/branch.ts';
import type { Stage } from '../core/stage.ts';
import { debounce } from '../core/stages/debounce.ts';
import { distinct } from '../core/stages/distinct.ts';
import { throttle } from '../core/stages/throttle.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { compileExpression } from './expression.ts';
import type { RuleSpec } from './keywords.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';

/** Compile `throttle`. */
export function compileThrottle({ throttle: spec }: RuleSpec): Stage | null {
  if (spec === undefined) return null;
  const { max, per } = typeof spec === 'string' ? { max: 1, per: spec } : spec;
  return throttle(max, parseDuration(per) ?? 0);
}

/** Compile `debounce`. */
export function compileDebounce({ debounce: spec }: RuleSpec, branches: readonly Branch[]): Stage | null {
  return spec === undefined ? null : debounce(parseDuration(spec) ?? 0, branches);
}

/** Compile `distinct`. */
export function compileDistinct(
  { distinct: spec }: RuleSpec,
  path: Path,
  branches: readonly Branch[],
  names: Names,
  report: Report,
): Stage | null {
  if (spec === undefined) return null;
  if (
    spec === true &&
    branches.some(({ script }) => script !== null) &&
    branches.every(({ name, actions }) => name === 'late' || actions.length === 0)
  ) {
    const message = '`distinct: true` compares what is sent at once, and this rule has only `do`';
    report.errorAtKey(path, 'impossible-combination', message, 'Write the value: distinct: payload');
  }
  if (spec === true) return distinct(null);
  const { get, constant } = compileExpression(spec, path, 'rule', names, report);
  if (constant) {
    const message = 'this is the same for every message, so that the rule acts once for each key';
    const hint = Array.isArray(spec) ? 'Texts in a list are themselves: write distinct: "[a, b]"' : 'Name a field';
    report.warning(path, 'constant-value', message, hint);
  }
  return distinct(get);
}
