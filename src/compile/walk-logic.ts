/** The path is that of the node while it is visited, and changes afterwards. */
type Visit = (node: object, operator: string, operands: readonly unknown[], path: readonly (string | number)[]) => void;

/**
 * Visit the operators in the logic, an outer one before those in it, except inside iterators, where names mean fields of
 * elements. The compiler has bounded the depth.
 */
export function walkLogic(logic: unknown, visit: Visit): void {
  walk(logic, [], visit);
}

function walk(logic: unknown, path: (string | number)[], visit: Visit): void {
  if (typeof logic !== 'object' || logic === null) return;
  if (Array.isArray(logic)) {
    walkAll(logic, logic.length, path, visit);
    return;
  }
  const [operator, second] = Object.keys(logic);
  if (operator === undefined || second !== undefined) return;
  const value = (logic as Readonly<Record<string, unknown>>)[operator];
  const operands: readonly unknown[] = Array.isArray(value) ? value : [value];
  visit(logic, operator, operands, path);
  path.push(operator);
  walkAll(operands, ITERATES.has(operator) ? Math.min(1, operands.length) : operands.length, path, visit);
  path.pop();
}

/** Walks through the first `count` of a list. */
function walkAll(list: readonly unknown[], count: number, path: (string | number)[], visit: Visit): void {
  for (let i = 0; i < count; i++) {
    path.push(i);
    walk(list[i], path, visit);
    path.pop();
  }
}

const ITERATES = new Set(['map', 'filter', 'reduce', 'all', 'some', 'none', 'sort']);
