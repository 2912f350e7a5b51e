/** Thrown where a text leaves the common part of YAML. */
export const UNCOMMON = new Error('not common YAML');

const NEWLINE = 10;
/** The code unit of a space, with which alone YAML indents. */
export const SPACE = 32;
const HASH = 35;
/** The code unit of `-`, with which an item of a list begins. */
export const DASH = 45;

/** A place in a text of common YAML, which knows lines, indentation and comments. */
export class YamlCursor {
  readonly text: string;
  at = 0;
  /** Where the next content stands in its line; -1 at the end of the text. */
  column = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  take(pattern: RegExp): string | undefined {
    const from = this.at;
    pattern.lastIndex = from;
    if (!pattern.test(this.text)) return undefined;
    this.at = pattern.lastIndex;
    return this.text.slice(from, this.at);
  }

  /** The character here; NaN at the end of the text. */
  code(): number {
    return this.text.charCodeAt(this.at);
  }

  isItem(): boolean {
    return this.code() === DASH && this.isGap(this.at + 1);
  }

  /** Whether a word ends here. */
  isGap(at = this.at): boolean {
    const code = this.text.charCodeAt(at);
    return code === SPACE || code === NEWLINE || Number.isNaN(code);
  }

  /** Whether nothing but a comment is left of the line. */
  isLineEnd(): boolean {
    const code = this.code();
    if (code === HASH) return this.text.charCodeAt(this.at - 1) === SPACE;
    return code === NEWLINE || Number.isNaN(code);
  }

  skipSpaces(): void {
    while (this.code() === SPACE) this.at += 1;
  }

  /** To the next content inside brackets, which stands deeper than what they are in. */
  gap(indent: number): void {
    this.skipSpaces();
    while (this.code() === NEWLINE) {
      this.at += 1;
      this.#lineStart = this.at;
      this.skipSpaces();
      const column = this.at - this.#lineStart;
      if (this.code() !== NEWLINE && (column <= indent || (column === 0 && this.#isMarker()))) throw UNCOMMON;
    }
  }

  /** What stands here is content with lines of its own below it, like the mapping in `- a: 1`. */
  beginHere(): void {
    this.column = this.at - this.#lineStart;
  }

  nextLine(): void {
    const lineEnd = this.text.indexOf('\n', this.at);
    this.at = lineEnd === -1 ? this.text.length : lineEnd + 1;
    this.toContent();
  }

  /** From the beginning of a line over empty ones and comments. */
  toContent(): void {
    for (;;) {
      this.#lineStart = this.at;
      this.skipSpaces();
      const code = this.code();
      if (Number.isNaN(code)) {
        this.column = -1;
        return;
      }
      if (code === HASH) {
        const lineEnd = this.text.indexOf('\n', this.at);
        this.at = lineEnd === -1 ? this.text.length : lineEnd;
      } else if (code !== NEWLINE) {
        this.column = this.at - this.#lineStart;
        if (this.column === 0 && this.#isMarker()) throw UNCOMMON;
        return;
      }
      if (this.at < this.text.length) this.at += 1;
    }
  }

  /** `---`, `...` or a directive. */
  #isMarker(): boolean {
    return /[-.%]/.test(this.text.charAt(this.at)) && !this.isItem();
  }

  /** The text up to `end` without the spaces at its end, which is where reading goes on. */
  upTo(end: number): string {
    const from = this.at;
    let last = end;
    while (last > from && this.text.charCodeAt(last - 1) === SPACE) last -= 1;
    this.at = end;
    return this.text.slice(from, last);
  }
}
