import { compileLogic } from '../core/logic/compile.ts';
import type { Expression, Scope } from '../core/scope.ts';
import type { Names } from './names.ts';
import { walkLogic } from './walk-logic.ts';

const COMPARES: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=', '===', '!==', 'between']);

/**
 * What a condition is about: the left side of its first comparison, or where that is a literal, as in `5 < temperature`,
 * the first side that is not. Null where nothing is compared.
 */
export function comparedValue(condition: unknown, names: Names): Expression | null {
  let compared: readonly unknown[] | null = null;
  walkLogic(condition, (_node, operator, operands) => {
    if (COMPARES.has(operator)) compared ??= operands;
  });
  for (const side of compared ?? []) {
    const { get, constant, issues } = compileLogic<Scope>(side, names.environment('rule'));
    if (!constant) return issues.length === 0 ? get : null; // What is wrong has been told with the condition.
  }
  return null;
}
