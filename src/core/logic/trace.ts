import { BudgetError } from './budget.ts';
import { compileLogic } from './compile.ts';
import type { Environment } from './environment.ts';
import type { LogicScope } from './getter.ts';
import { OPERATORS } from './operators.ts';
import { isList } from './value.ts';

/** A piece of logic with its value for one message, and with those of its parts that are no literals. */
export interface Traced {
  readonly logic: unknown;
  /** Null is unknown. */
  readonly value: unknown;
  readonly parts: readonly Traced[];
}

/**
 * Logic as a function that answers the value of each part of it, those included that evaluating would not have come to.
 * It costs the message no steps. The logic must have been compiled before, without errors.
 */
export function traceLogic<S extends LogicScope>(logic: unknown, environment: Environment<S>): (scope: S) => Traced {
  const { get } = compileLogic(logic, environment);
  const parts = partsOf(logic).map((part) => traceLogic(part, environment));
  return (scope) => {
    const { steps } = scope;
    const value = valueOf(get, scope);
    scope.steps = steps;
    return { logic, value, parts: parts.map((trace) => trace(scope)) };
  };
}

/** What is over its budget is as good as unknown. */
function valueOf<S extends LogicScope>(get: (scope: S) => unknown, scope: S): unknown {
  try {
    return get(scope);
  } catch (error) {
    if (error instanceof BudgetError) return null;
    throw error;
  }
}

/** Not the body of an iterator, whose value is a different one for each element, and not the name in a `var`. */
function partsOf(logic: unknown): readonly unknown[] {
  if (typeof logic !== 'object' || logic === null) return [];
  if (isList(logic)) return logic.filter(isNoLiteral);
  const [entry, ...others] = Object.entries(logic) as [string, unknown][];
  if (entry === undefined || others.length > 0 || entry[0] === 'var') return [];
  const [operator, argument] = entry;
  const operands: readonly unknown[] = isList(argument) ? argument : [argument];
  const body = OPERATORS.get(operator)?.body;
  return operands.filter((operand, i) => i !== body && isNoLiteral(operand));
}

function isNoLiteral(logic: unknown): boolean {
  return typeof logic === 'object' && logic !== null;
}
