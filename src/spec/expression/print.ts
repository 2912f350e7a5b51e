import { isName } from './name.ts';
import { GROWING, INFIX_LEVEL, LEVEL, RANGE } from './operators.ts';
import { isPathStep, printKey, printPath } from './path.ts';

/** A text and how tightly it binds. */
interface Form {
  readonly text: string;
  readonly level: number;
  /** The operator that a form of the same level would join, were it not in brackets: `a and b`. */
  readonly grows?: string;
  /** Which keys may stand behind an operand: `wild` are those that are no step of a path, as in `list[i]`. */
  readonly keys?: 'any' | 'wild' | 'none';
}

/**
 * The expression for any JSON-logic, with as few brackets as possible; reading it gives the same JSON-logic, with the
 * operands of every operator in a list. Two things have no expression: mappings of no or several keys are printed as
 * JSON, which reads well but cannot be read back, and NaN and infinities as null.
 */
export function printExpression(logic: unknown): string {
  return print(logic, LEVEL.choice);
}

function print(logic: unknown, level: number): string {
  return bracket(formOf(logic, level), level);
}

function bracket(form: Form, level: number): string {
  return form.level < level ? `(${form.text})` : form.text;
}

function formOf(logic: unknown, level: number): Form {
  if (Array.isArray(logic)) return operand(`[${printAll(logic)}]`);
  if (typeof logic !== 'object' || logic === null) return literal(logic);

  const [entry, ...others]: readonly [string, unknown][] = Object.entries(logic);
  if (entry === undefined || others.length > 0) return operand(JSON.stringify(logic), 'none');
  const [operator, value] = entry;
  const operands: readonly unknown[] = Array.isArray(value) ? value : [value];
  return (
    variable(operator, operands) ??
    member(operator, operands) ??
    prefix(operator, operands, level) ??
    infix(operator, operands) ??
    choice(operator, operands) ??
    call(operator, operands)
  );
}

function literal(value: unknown): Form {
  if (typeof value === 'string') return operand(JSON.stringify(value));
  if (typeof value === 'boolean') return operand(String(value));
  if (typeof value !== 'number' || !Number.isFinite(value)) return operand('null');
  const isNegative = value < 0 || Object.is(value, -0);
  return isNegative ? { text: `-${-value}`, level: LEVEL.unary } : operand(String(value));
}

function variable(operator: string, operands: readonly unknown[]): Form | undefined {
  const [path] = operands;
  const text = operator === 'var' && operands.length === 1 && typeof path === 'string' ? printPath(path) : undefined;
  return text === undefined ? undefined : operand(text, 'wild');
}

/** `list[i]`, `f(x).y`: where the keys would be read as part of a path or of an inner `val`, the call is clearer. */
function member(operator: string, operands: readonly unknown[]): Form | undefined {
  const [base, ...keys] = operands;
  if (operator !== 'val' || keys.length === 0 || typeof base !== 'object' || base === null) return undefined;
  const form = formOf(base, LEVEL.operand);
  if (form.keys === 'none' || (form.keys === 'wild' && isPathStep(keys[0]))) {
    return operand(`val(${form.text}, ${printAll(keys)})`);
  }
  const printed = keys.map((key) => (typeof key === 'string' ? printKey(key) : `[${print(key, LEVEL.choice)}]`));
  return operand(bracket(form, LEVEL.operand) + printed.join(''), 'none');
}

function prefix(operator: string, operands: readonly unknown[], level: number): Form | undefined {
  if (operands.length !== 1) return undefined;
  const [only] = operands;
  switch (operator) {
    case '!':
      return notIn(only) ?? negation(only, level);
    case '!!':
      return { text: `!!${print(only, LEVEL.unary)}`, level: LEVEL.unary };
    case '-': {
      const text = print(only, LEVEL.unary);
      return { text: /^\d/.test(text) ? `-(${text})` : `-${text}`, level: LEVEL.unary };
    }
    default:
      return undefined;
  }
}

/** `not x` where it can stand without brackets, else `!x`. */
function negation(logic: unknown, level: number): Form {
  if (level <= LEVEL.not) return { text: `not ${print(logic, LEVEL.not)}`, level: LEVEL.not };
  const text = print(logic, LEVEL.unary);
  return { text: text.startsWith('!') ? `!(${text})` : `!${text}`, level: LEVEL.unary };
}

function notIn(logic: unknown): Form | undefined {
  if (typeof logic !== 'object' || logic === null || Object.keys(logic).length !== 1) return undefined;
  const operands: unknown = Object.entries(logic).find(([operator]) => operator === 'in')?.[1];
  return Array.isArray(operands) && operands.length === 2 ? chain('not in', operands, LEVEL.comparison) : undefined;
}

function infix(operator: string, operands: readonly unknown[]): Form | undefined {
  const level = INFIX_LEVEL.get(operator);
  if (level === undefined || operator === 'not' || operands.length < 2) return undefined;
  if (operands.length > 2 && !GROWING.has(operator) && !(RANGE.has(operator) && operands.length === 3))
    return undefined;
  return chain(operator, operands, level);
}

/** Equal levels group to the left; comparisons and equalities do not group, and brackets end a growing operator. */
function chain(operator: string, operands: readonly unknown[], level: number): Form {
  const groups = level !== LEVEL.comparison && level !== LEVEL.equality;
  const printed = operands.map((each, index) => {
    if (index > 0 || !groups) return print(each, level + 1);
    const form = formOf(each, level);
    return bracket(form, form.grows === operator ? level + 1 : level);
  });
  const text = printed.join(` ${operator} `);
  return GROWING.has(operator) ? { text, level, grows: operator } : { text, level };
}

function choice(operator: string, operands: readonly unknown[]): Form | undefined {
  if ((operator !== 'if' && operator !== '?:') || operands.length < 3 || operands.length % 2 === 0) return undefined;
  const printed = operands.map((each, index) => {
    if (index === operands.length - 1) return print(each, LEVEL.fallback);
    return `${print(each, LEVEL.fallback)} ${index % 2 === 0 ? '? ' : ': '}`;
  });
  return { text: printed.join(''), level: LEVEL.choice };
}

/** `max(a, b)`; an operator that is no name stands in quotes: `"<"(a)`. */
function call(operator: string, operands: readonly unknown[]): Form {
  return operand(`${isName(operator) ? operator : JSON.stringify(operator)}(${printAll(operands)})`);
}

function printAll(logic: readonly unknown[]): string {
  return logic.map((each) => print(each, LEVEL.choice)).join(', ');
}

function operand(text: string, keys: Form['keys'] = 'any'): Form {
  return { text, level: LEVEL.operand, keys };
}
