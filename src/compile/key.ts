import type { Input } from '../core/rule.ts';
import type { Path } from '../spec/document.ts';
import { compileExpression, type CompiledExpression } from './expression.ts';
import type { RuleSpec } from './keywords.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';

/** Compile `by`: the parts of the key, or null where those are the captured levels. */
export function compileKey(spec: RuleSpec, path: Path, names: Names, report: Report): CompiledExpression[] | null {
  const { by } = spec;
  if (by === undefined) return null;
  if (!Array.isArray(by)) return [compileExpression(by, path, 'message', names, report)];
  return by.map((part, i) => compileExpression(part, [...path, i], 'message', names, report));
}

/** How many levels of a topic the key may be: each of its parts is one, and so is that there are none. */
export function keyLevels(key: readonly unknown[] | null, inputs: readonly Input[], ticks: boolean): number[] {
  const counts = key === null ? inputs.map((input) => input.key.length) : [key.length];
  if (ticks && key === null) counts.push(0);
  return [...new Set(counts.length === 0 ? [1] : counts.map((count) => Math.max(1, count)))];
}

/** Values of `let` are worked out for each message, or for each result of a window if that is what they are made of. */
