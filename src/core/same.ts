import { exceed } from './logic/budget.ts';

/** Deeper than any payload, memory or lookup: nothing that is compared in earnest gets there. */
const MAX_COMPARED_DEPTH = 256;

/**
 * Whether two values of JSON are the same, all the way down. The order of a mapping's keys does not count; a number that
 * is too large to be one (JSON's `1e999`) is unknown, as a null is, for it becomes one where state is saved. Throws a
 * BudgetError for values nested too deeply.
 */
export function same(a: unknown, b: unknown): boolean {
  return sameAt(a, b, 0);
}

function sameAt(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return isUnknown(a) && isUnknown(b);
  if (depth >= MAX_COMPARED_DEPTH) exceed('depth');
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((element, i) => sameAt(element, b[i], depth + 1));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const x = a as Record<string, unknown>; // Mappings of JSON, read by their own keys only.
  const y = b as Record<string, unknown>;
  return keys.every((key) => Object.hasOwn(y, key) && sameAt(x[key], y[key], depth + 1));
}

function isUnknown(value: unknown): boolean {
  return value === null || value === Infinity || value === -Infinity;
}
