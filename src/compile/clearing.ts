import { isMapping } from '../core/logic/value.ts';

/**
 * For the logic of a value in `set`, the logic of whether its null is one that is written there: by itself, as a choice
 * of `?:` or behind `??`. Asked only where the value is null, for what is written clears, and what is unknown says nothing.
 */
export function clearingOf(logic: unknown): unknown {
  if (logic === null) return true;
  if (!isMapping(logic)) return false;
  const [operator = '', second] = Object.keys(logic);
  const operands = logic[operator];
  if (second !== undefined || !Array.isArray(operands)) return false;
  if (operator === '??') return clearingOf(operands.at(-1));
  if (operator !== 'if' && operator !== '?:') return false;
  const written = operands.map((operand, i) => (isCondition(i, operands) ? operand : clearingOf(operand)) as unknown);
  return written.some((operand, i) => !isCondition(i, operands) && operand !== false) && { [operator]: written };
}

/** Conditions and choices take turns, and the last one is a choice where it is without a condition. */
function isCondition(i: number, { length }: readonly unknown[]): boolean {
  return i % 2 === 0 && i < length - 1;
}
