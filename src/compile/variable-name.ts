/** The path in `{"var": "path"}`, or null for any other logic and for a computed path. */
export function variableName(logic: unknown): string | null {
  if (typeof logic !== 'object' || logic === null || !('var' in logic)) return null;
  const path: unknown = Array.isArray(logic.var) ? logic.var[0] : logic.var;
  return typeof path === 'string' ? path : null;
}
