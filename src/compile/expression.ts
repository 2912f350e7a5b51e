import { compileLogic, type LogicIssue } from '../core/logic/compile.ts';
import type { Expression, Scope } from '../core/scope.ts';
import type { Path } from '../spec/document.ts';
import { parseExpression, type ParsedExpression } from '../spec/expression/parse.ts';
import { lintLogic } from './lint/lint.ts';
import type { Names, Place } from './names.ts';
import { type ReferenceLogic, referenceAnswers } from './reference.ts';
import type { Report } from './report.ts';

/** A compiled expression, and whether its value can be known before any message. */
export interface CompiledExpression {
  readonly get: Expression;
  readonly constant: boolean;
  /** The JSON-logic it came from. */
  readonly logic: unknown;
}

const UNKNOWN: CompiledExpression = { get: () => null, constant: false, logic: null };

/**
 * Compile what stands where an expression is expected: a text is an expression, a mapping with one key is JSON-logic,
 * the rest is itself. Problems go to the report; the answer can always be built on.
 */
export function compileExpression(
  value: unknown,
  path: Path,
  place: Place,
  names: Names,
  report: Report,
): CompiledExpression {
  if (typeof value !== 'string') return compileParsed(value, names, place, (issue) => reportAt(issue, path, report));
  const parsed = parseExpression(value);
  if (!parsed.ok) {
    const { code, message, hint } = parsed.problem;
    report.within('error', path, parsed.problem, code, message, hint);
    return UNKNOWN;
  }
  return compileInText(parsed, path, 0, place, names, report);
}

/** Compile logic made of what has been compiled at its place, so that there is nothing more to tell. */
export function compileOnceMore(logic: unknown, place: Place, names: Names): Expression {
  return compileParsed(logic, names, place, () => undefined).get;
}

/** Compile an expression that stands in a text, `offset` characters from its start. */
export function compileInText(
  parsed: ParsedExpression & { readonly ok: true },
  path: Path,
  offset: number,
  place: Place,
  names: Names,
  report: Report,
): CompiledExpression {
  return compileParsed(parsed.logic, names, place, (issue) => {
    const { node, severity, code, message, hint } = issue;
    const inExpression = typeof node === 'object' && node !== null ? (parsed.offsetOf(node) ?? 0) : 0;
    report.within(severity, path, { offset: offset + inExpression, length: 1 }, code, message, hint);
  });
}

function compileParsed(
  logic: unknown,
  names: Names,
  place: Place,
  tell: (issue: LogicIssue) => void,
): CompiledExpression {
  const compiled = compileLogic<Scope>(logic, names.environment(place));
  for (const issue of compiled.issues) tell(issue);
  if (compiled.issues.length === 0)
    for (const suspicion of lintLogic(logic, names, place)) tell({ severity: 'warning', ...suspicion });
  const { constant } = compiled;
  const { reference } = names;
  if (reference === null || place === 'aggregate' || compiled.issues.length > 0 || constant)
    return { get: compiled.get, constant, logic };
  return { get: byReference(logic, reference, names, place), constant, logic };
}

function byReference(logic: unknown, reference: ReferenceLogic, names: Names, place: Place): Expression {
  return referenceAnswers(logic, {
    reference,
    isName: (head) => names.has(head),
    own: (part) => compileLogic<Scope>(part, names.environment(place)).get,
  });
}

function reportAt({ path: within, severity, code, message, hint }: LogicIssue, path: Path, report: Report): void {
  const place = [...path, ...within];
  if (severity === 'error') report.error(place, code, message, hint);
  else report.warning(place, code, message, hint);
}
