import type { JsonScanner } from './json-scanner.ts';

/** An object of more keys, or with longer text between its values, has no form. */
const MAX_KEYS = 32;
const MAX_BETWEEN = 1024;

/** What stands before a value and names it, a value that can be read, and what stands behind the last. */
const BEFORE = /[{,]\s*("(?:[^"\\]|\\.)*")\s*:\s*/y;
const VALUE = /-?\d+(?:\.\d+)?|true|false|null|"[^"\\]*"/y;
const BEHIND = /\s*\}\s*$/y;

/**
 * The form of an object of JSON that holds no list and no other object: all but its values. Another object of that form is
 * read from its bytes, with no text in between, and is what JSON.parse would make of it.
 */
export class JsonForm {
  /** What stands between the values, in ASCII; where each piece before a value ends. */
  readonly between: Uint8Array;
  readonly #ends: readonly number[];
  readonly #names: readonly string[];
  /** One such object: to copy it is faster than to make another one key by key. */
  readonly #one: Readonly<Record<string, unknown>>;

  private constructor(between: Uint8Array, ends: readonly number[], text: string) {
    this.between = between;
    this.#ends = ends;
    const one = JSON.parse(text) as Record<string, unknown>; // Nobody else has it. A copy of a copy would take more memory.
    this.#names = Object.keys(one);
    for (const name of this.#names) {
      // V8 looks at what a field has held so far, and makes another kind of object of each that gets something else.
      one[name] = 0;
      one[name] = null;
    }
    this.#one = one;
  }

  /** The form of an object, which is what JSON.parse makes of the text; null where it has none. */
  static of(text: string, one: Readonly<Record<string, unknown>>): JsonForm | null {
    const names = Object.keys(one);
    if (names.length === 0 || names.length > MAX_KEYS) return null;
    let between = '';
    const ends: number[] = [];
    let at = 0;
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      at = pattern.lastIndex;
      return found;
    };
    for (const name of names) {
      const before = match(BEFORE);
      // A key that is there twice, or out of its order, is not told from its neighbours.
      if (before === null || name === '__proto__' || JSON.parse(before[1] ?? '') !== name || match(VALUE) === null)
        return null;
      between += before[0];
      ends.push(between.length);
    }
    const behind = match(BEHIND);
    if (behind === null) return null;
    between += behind[0];
    const bytes = Buffer.from(between);
    // Where each character is a byte, places in the text are places in the bytes.
    return bytes.length > MAX_BETWEEN || bytes.length > between.length ? null : new JsonForm(bytes, ends, text);
  }

  /** The object between two places of a chunk; undefined if it has another form, or values that JSON.parse is to read. */
  read(chunk: Buffer, start: number, end: number, scanner: JsonScanner): Record<string, unknown> | undefined {
    const { between } = this;
    const names = this.#names;
    const ends = this.#ends;
    let object: Record<string, unknown> | undefined;
    scanner.chunk = chunk;
    scanner.at = start;
    let place = 0;
    for (let i = 0; i < names.length; i++) {
      const until = ends[i] as number; // One for each name.
      if (!scanner.passes(between, place, until)) return undefined;
      const value = scanner.value();
      if (value === undefined) return undefined;
      object ??= { ...this.#one };
      object[names[i] as string] = value;
      place = until;
    }
    return scanner.passes(between, place, between.length) && scanner.at === end ? object : undefined;
  }
}
