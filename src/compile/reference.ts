import { isMapping } from '../core/logic/value.ts';
import type { Expression } from '../core/scope.ts';

/** The value of JSON-logic for data, as json-logic-js has it. It never throws; undefined and what is no number are nothing. */
export type ReferenceLogic = (logic: unknown, data: unknown) => unknown;

/** What expressions are evaluated with. */
export interface Beside {
  readonly reference: ReferenceLogic;
  /** Whether a name means something other than a field of the payload. */
  readonly isName: (head: string) => boolean;
  /** The value of a part of the logic, as rules have it. */
  readonly own: (logic: unknown) => Expression;
}

/**
 * The same logic with the answers that json-logic-js gives, for `logic: reference`: a missing field is null there, and null
 * is less than 5. What it does not know, names and the functions that it lacks, is as it always is.
 */
export function referenceAnswers(logic: unknown, beside: Beside): Expression {
  const own: Expression[] = [];
  const apart = (part: unknown): unknown => ({ var: `$${own.push(beside.own(part)) - 1}` });
  const settle = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(settle);
    if (!isMapping(part)) return part;
    const [operator = '', second] = Object.keys(part);
    if (second !== undefined) return part;
    const operands = part[operator];
    if (operator === 'var') return isField(operands, beside.isName) ? part : apart(part);
    if (ITERATORS.has(operator) && Array.isArray(operands)) {
      const [list, ...body] = operands as readonly unknown[];
      return body.every(isPlain) ? { [operator]: [settle(list), ...body] } : apart(part);
    }
    return OPERATORS.has(operator) ? { [operator]: settle(operands) } : apart(part);
  };
  const settled = settle(logic);
  return (scope) => {
    const data = Object.create(null) as Record<string, unknown>;
    if (isMapping(scope.payload)) Object.assign(data, scope.payload);
    for (const [i, get] of own.entries()) data[`$${i}`] = get(scope);
    const value = beside.reference(settled, data);
    return value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
  };
}

const ITERATORS: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'all', 'some', 'none']);

/** Those of its operators whose answers are its own. Looking for what is missing is the same for both. */
const OPERATORS: ReadonlySet<string> = new Set(
  '== === != !== ! !! and or if ?: > >= < <= max min + - * / % in cat substr merge'.split(' '),
);

/** A path into the payload, none of whose steps might lead to what all objects inherit. */
function isField(operands: unknown, isName: Beside['isName']): boolean {
  const [path, ...rest] = Array.isArray(operands) ? (operands as readonly unknown[]) : [operands];
  if (typeof path !== 'string' || path === '' || rest.length > 0) return false;
  const steps = path.split(/[.[]/);
  return !isName(steps[0] ?? '') && path.search(/[[$]/) === -1 && !steps.some((step) => step in Object.prototype);
}

/** What stands in an iterator, where names are fields of the element: of its operators alone, and of plain fields. */
function isPlain(body: unknown): boolean {
  if (Array.isArray(body)) return body.every(isPlain);
  if (!isMapping(body)) return true;
  const [operator = ''] = Object.keys(body);
  const operands = body[operator];
  if (operator !== 'var') return OPERATORS.has(operator) && isPlain(operands);
  const isElement = (head: string): boolean => head === 'item' || head === 'outer';
  return operands === '' || isField(operands, isElement);
}
