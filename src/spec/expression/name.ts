/** Words that mean something by themselves and cannot be names. */
const RESERVED_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'true', 'false', 'null']);

/** What people write by habit for a constant. Read as names they would be fields that no message has. */
const MISSPELLED = new Map([
  ['True', 'true'],
  ['TRUE', 'true'],
  ['False', 'false'],
  ['FALSE', 'false'],
  ['None', 'null'],
  ['Null', 'null'],
  ['NULL', 'null'],
  ['undefined', 'null'],
]);

const WORD = /^[\p{L}_$][\p{L}\p{M}\p{Nd}_$]*$/u;

/** Whether a text is shaped like a name, so that it can stand after a dot: `state`, `größe`, `$x`, also `in`. */
export function isWord(text: string): boolean {
  return WORD.test(text);
}

/** Whether a text can stand by itself as a name in an expression. */
export function isName(text: string): boolean {
  return isWord(text) && !RESERVED_WORDS.has(text) && !MISSPELLED.has(text);
}

/** `true` for `True`, `null` for `None`; undefined for what is no misspelled constant. */
export function spellingOf(word: string): string | undefined {
  return MISSPELLED.get(word);
}
