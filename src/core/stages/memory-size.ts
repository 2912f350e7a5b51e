import { chargeScan, exceed, MAX_MEMORY_NODES, MAX_MEMORY_TEXT, MAX_VALUE_DEPTH } from '../logic/budget.ts';
import type { Scope } from '../scope.ts';

/**
 * Goes through a value that is about to be remembered, and throws a BudgetError where it is too large: a value that is
 * made of the one before could otherwise double with every message.
 */
export function measureMemory(value: unknown, scope: Scope): void {
  if (typeof value === 'string' && value.length > MAX_MEMORY_TEXT) exceed('memory');
  if (typeof value !== 'object' || value === null) return;
  const left = { nodes: MAX_MEMORY_NODES, text: MAX_MEMORY_TEXT };
  walk(value, 0, left);
  chargeScan(scope, MAX_MEMORY_NODES - left.nodes);
}

/** What a value may still have. */
interface Left {
  nodes: number;
  text: number;
}

function walk(value: unknown, depth: number, left: Left): void {
  if (--left.nodes < 0) exceed('memory');
  if (typeof value === 'string') left.text -= value.length;
  else if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_VALUE_DEPTH) exceed('memory');
    if (Array.isArray(value)) for (const element of value) walk(element, depth + 1, left);
    else {
      for (const [name, element] of Object.entries(value)) {
        left.text -= name.length;
        walk(element, depth + 1, left);
      }
    }
  }
  if (left.text < 0) exceed('memory');
}
