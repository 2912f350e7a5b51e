import { isMapping } from '../../core/logic/value.ts';
import type { Names, Place } from '../names.ts';

/** An operator of an expression, where it stands. */
export interface Seen {
  readonly node: object;
  readonly operator: string;
  readonly operands: readonly unknown[];
  /** The names that the first two operands are, or null. */
  readonly first: string | null;
  readonly second: string | null;
  readonly names: Names;
  readonly place: Place;
  /** What is no other name is a field of a payload that may be there. */
  readonly hasPayload: boolean;
}

/** Told what is probably not meant: by a code, in words, and what to write instead. */
export type Suspect = (code: string, message: string, hint: string) => void;

/** Looks at an operator, and tells what is suspicious about it. */
export type Check = (seen: Seen, suspect: Suspect) => void;

/** The operators that compare for equality. */
export const EQUALITIES: ReadonlySet<string> = new Set(['==', '!=', '===', '!==']);
/** The operators that compare by order. */
export const ORDERS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

/** The operator of a piece of logic, or null. */
export function operatorOf(logic: unknown): string | null {
  return isMapping(logic) ? (Object.keys(logic)[0] ?? null) : null;
}

/** Whether it compares. */
export function isComparison(logic: unknown): boolean {
  const operator = operatorOf(logic);
  return operator !== null && (EQUALITIES.has(operator) || ORDERS.has(operator));
}

/** The first name of a path such as `a.b` or `a[0]`. */
export function headOf(path: unknown): string | null {
  return typeof path === 'string' ? (/^[^.[]+/.exec(path)?.[0] ?? null) : null;
}
