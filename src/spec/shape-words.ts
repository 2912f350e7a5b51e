/** What a value is, in the words of the language: `a text`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'a mapping';
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  never: 'nothing',
};

/** What a schema for a length of time says that it expects. */
export const DURATION = 'a duration';

/** The word for a type as the schema library calls it. */
export function wordFor(type: string): string {
  return words[type] ?? type;
}

/** `a text, a number or a list`. */
export function choices(all: readonly string[]): string {
  const different = [...new Set(all)];
  const last = different.pop() ?? 'nothing';
  return different.length === 0 ? last : `${different.join(', ')} or ${last}`;
}
