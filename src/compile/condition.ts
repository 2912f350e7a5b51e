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
    const what = Array.isArray(value) ? 'a list' : 'a mapping with several keys';
    const hint = 'If all must hold: write "x > 3 and y > 2", or { and: […] }; for one of them, or';
    report.error(path, 'not-a-condition', `${what} is no condition: it would always be true`, hint);
  }
  const compiled = compileExpression(value, path, place, names, report);
  if (compiled.constant && typeof value !== 'boolean') {
    const hint = 'Name a field of the payload, such as temperature > 30; to always act, leave it out';
    report.warning(path, 'constant-condition', 'this is the same for every message', hint);
  }
  return compiled;
}
