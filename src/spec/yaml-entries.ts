/** One value in a YAML text as its author meant it: quotes and brackets of an expression belong to the expression. */
export interface MeantEntry {
  /** The key as written; absent for the item of a list. */
  readonly key?: string;
  readonly start: number;
  readonly end: number;
  /** Whether it stands inside `{ … }` or `[ … ]`. */
  readonly flow: boolean;
}

/** Characters read of one entry with all that it holds; what is longer was not written by hand on purpose. */
const MAX_SPAN = 20_000;

/**
 * Reads the values on the line that begins at `lineStart`, and on the lines after it while a bracket is open.
 * Unlike YAML it takes `x in [1, 2]`, `"a" == b`, `round(x, 1)` and `${x}` for one value each. It serves to explain why
 * YAML refused a text, never to understand one.
 */
export function readEntries(text: string, lineStart: number): MeantEntry[] {
  const reader = new EntryReader(text.slice(lineStart, lineStart + MAX_SPAN), lineStart);
  return reader.readLine();
}

const lead = /[ \t]*(?:- +)*/y;
const keyAndColon = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[\p{L}\p{N}_$+.][^\s:#,[\]{}()"']*)[ \t]*:(?=\s|$)[ \t]*/uy;
const gap = /(?:\s|(?<=\s)#[^\n]*)*/y;
const blanks = /[ \t]*/y;

class EntryReader {
  readonly #text: string;
  readonly #base: number;
  readonly #entries: MeantEntry[] = [];
  #indent = 0;
  #at = 0;

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  readLine(): MeantEntry[] {
    this.#take(lead);
    this.#indent = this.#text.search(/[^ \t]|$/);
    this.#readEntry(false, 0);
    return this.#entries;
  }

  #readEntry(flow: boolean, depth: number): void {
    const key = this.#take(keyAndColon)?.[1];
    const start = this.#at;
    const first = this.#text[start];
    if ((first === '{' || first === '[') && depth < 50) {
      const kept = this.#entries.length;
      const isClosed = this.#readBrackets(depth + 1);
      if (!isClosed || !this.#somethingFollows(flow)) return;
      // Not a collection then, but an expression that begins with one: `[1, 2] == x`.
      this.#entries.length = kept;
    }
    this.#at = this.#endOfValue(start, flow);
    const end = start + this.#text.slice(start, this.#at).trimEnd().length;
    if (end === start) return;
    this.#entries.push({
      ...(key === undefined ? {} : { key }),
      start: this.#base + start,
      end: this.#base + end,
      flow,
    });
  }

  /** Whether the closing bracket was found. */
  #readBrackets(depth: number): boolean {
    const close = this.#text[this.#at] === '{' ? '}' : ']';
    this.#at += 1;
    while (this.#at < this.#text.length) {
      this.#take(gap);
      const next = this.#text[this.#at];
      if (next === undefined || this.#isDedented(next)) return false;
      const before = this.#at;
      if (next !== ',' && next !== '}' && next !== ']') this.#readEntry(true, depth);
      else this.#at += 1;
      if (next === close) return true;
      if (this.#at === before) this.#at += 1;
    }
    return false;
  }

  /** A line that stands no deeper than the first one is no longer in its brackets: they were never closed. */
  #isDedented(next: string): boolean {
    if (next === '}' || next === ']') return false;
    const lineStart = this.#text.lastIndexOf('\n', this.#at) + 1;
    return lineStart > 0 && this.#text.slice(lineStart, this.#at).trim() === '' && this.#at - lineStart <= this.#indent;
  }

  #somethingFollows(flow: boolean): boolean {
    this.#take(blanks);
    const next = this.#text[this.#at];
    if (next === undefined || next === '\n' || next === '\r' || next === '#') return false;
    return !(flow && (next === ',' || next === '}' || next === ']'));
  }

  #endOfValue(start: number, flow: boolean): number {
    let open = 0;
    for (let at = start; at < this.#text.length; at += 1) {
      const char = this.#text[at] ?? '';
      if (char === '\n') return at;
      if (char === '#' && at > start && /\s/.test(this.#text[at - 1] ?? '')) return at;
      if (char === '"' || char === "'") at = this.#endOfQuote(at, char);
      else if ('([{'.includes(char)) open += 1;
      else if (open > 0 && ')]}'.includes(char)) open -= 1;
      else if (flow && open === 0 && ',]}'.includes(char)) return at;
    }
    return this.#text.length;
  }

  /** The closing quote on the same line, or the opening one if there is none: an apostrophe quotes nothing. */
  #endOfQuote(open: number, quote: string): number {
    for (let at = open + 1; at < this.#text.length && this.#text[at] !== '\n'; at += 1) {
      if (this.#text[at] === '\\' && quote === '"') at += 1;
      else if (this.#text[at] === quote) return at;
    }
    return open;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }
}
