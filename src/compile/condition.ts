import type { EvaluationListener } from '../core/evaluation.ts';
import { traceLogic } from '../core/logic/trace.ts';
import type { Scope } from '../core/scope.ts';
import type { Path } from '../spec/document.ts';
import { compileExpression, type CompiledExpression } from './expression.ts';
import type { Names, Place } from './names.ts';
import type { Report } from './report.ts';

/**
 * Compile what stands where a condition is expected. A list or a mapping of several keys would be a value that is always
 * true; what is the same for every message is probably not meant.
 */
export function compileCondition(
  value: unknown,
  path: Path,
  place: Place,
  names: Names,
  report: Report,
): CompiledExpression {
  if (typeof value === 'object' && value !== null && (Array.isArray(value) || Object.keys(value).length !== 1)) {
    const isEmpty = Object.keys(value).length === 0;
    const what = Array.isArray(value) ? 'a list' : `a mapping with ${isEmpty ? 'no' : 'several'} keys`;
    const hint = 'If all must hold: write "x > 3 and y > 2", or { and: […] }; for one of them, or';
    report.error(path, 'not-a-condition', `${what} is no condition: it would always be true`, hint);
  }
  const compiled = compileExpression(value, path, place, names, report);
  if (compiled.constant && typeof value !== 'boolean') {
    const isUntil = path.at(-1) === 'until';
    const hint = isUntil
      ? 'Name a field of the payload, such as temperature < 20; for a length of time write until: { for: 5m }'
      : 'Name a field of the payload, such as temperature > 30; to always act, leave it out';
    report.warning(path, 'constant-condition', 'this is the same for every message', hint);
  }
  return names.trace === null ? compiled : traced(compiled, conditionName(path), place, names, names.trace);
}

/** The same, telling of each look at it. */
function traced(
  compiled: CompiledExpression,
  condition: string,
  place: Place,
  names: Names,
  listener: EvaluationListener,
): CompiledExpression {
  const { get, logic } = compiled;
  const trace = traceLogic<Scope>(logic, names.environment(place));
  return {
    ...compiled,
    get: (scope) => {
      const value = get(scope); // It alone counts, and throws where it is over its budget.
      listener({ rule: scope.rule, key: scope.key, at: scope.now, condition, traced: trace(scope) });
      return value;
    },
  };
}

/** The way to a condition within its rule, whose own place in the file is left out. */
function conditionName(path: Path): string {
  const start = path.findIndex((step) => typeof step === 'string' && step !== 'rules' && step !== 'defaults');
  return path.slice(start).join('.');
}
