/** What may be the first steps of paths in the logic. */
export function headsIn(logic: unknown): Set<string> {
  return new Set(textsIn(logic).map((text) => text.split(/[.[]/, 1)[0] ?? ''));
}

/** All texts in the logic: of some it is not known before a message whether they are names. */
function textsIn(logic: unknown): string[] {
  if (typeof logic === 'string') return [logic];
  return typeof logic === 'object' && logic !== null ? Object.values(logic).flatMap(textsIn) : [];
}
