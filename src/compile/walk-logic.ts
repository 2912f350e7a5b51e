type Visit = (node: object, operator: string, operands: readonly unknown[], path: readonly (string | number)[]) => void;

/**
 * Visit the operators in the logic, an outer one before those in it, except inside iterators, where names mean fields of
 * elements. The compiler has bounded the depth.
 */
export function walkLogic(logic: unknown, visit: Visit): void {
  walk(logic, [], visit);
}

function walk(logic: unknown, path: readonly (string | number)[], visit: Visit): void {
  if (typeof logic !== 'object' || logic === null) return;
  if (Array.isArray(logic)) {
    for (const [i, element] of logic.entries()) walk(element, [...path, i], visit);
    return;
  }
  const [entry] = Object.entries(logic);
  if (entry === undefined || Object.keys(logic).length !== 1) return;
  const [operator, value] = entry as [string, unknown];
  const operands: readonly unknown[] = Array.isArray(value) ? value : [value];
  visit(logic, operator, operands, path);
  const last = ITERATES.has(operator) ? 1 : operands.length;
  for (const [i, operand] of operands.slice(0, last).entries()) walk(operand, [...path, operator, i], visit);
}

const ITERATES = new Set(['map', 'filter', 'reduce', 'all', 'some', 'none', 'sort']);
