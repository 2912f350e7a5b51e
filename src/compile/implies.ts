import { same } from '../core/same.ts';

/** A comparison of something with a number. */
interface Bound {
  readonly of: unknown;
  readonly isAbove: boolean;
  readonly includes: boolean;
  readonly number: number;
}

/**
 * Whether the second condition surely holds whenever the first one does: the same logic, or comparisons of the same with
 * numbers, such as `x > 20` and `x > 5`.
 */
export function implies(first: unknown, second: unknown): boolean {
  if (same(first, second)) return true;
  const [a, b] = [boundOf(first), boundOf(second)];
  if (a === null || b === null || a.isAbove !== b.isAbove || !same(a.of, b.of)) return false;
  if (a.number === b.number) return b.includes || !a.includes;
  return a.isAbove ? a.number > b.number : a.number < b.number;
}

function boundOf(logic: unknown): Bound | null {
  if (typeof logic !== 'object' || logic === null) return null;
  const [operator = '', second] = Object.keys(logic);
  const operands = (logic as Readonly<Record<string, unknown>>)[operator];
  if (second !== undefined || !/^[<>]=?$/.test(operator) || !Array.isArray(operands) || operands.length !== 2)
    return null;
  const [left, right] = operands as readonly unknown[];
  const isAbove = operator.startsWith('>');
  const includes = operator.endsWith('=');
  if (typeof right === 'number') return { of: left, isAbove, includes, number: right };
  return typeof left === 'number' ? { of: right, isAbove: !isAbove, includes, number: left } : null;
}
