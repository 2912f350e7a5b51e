import type { Position } from './problem.ts';

/** Turns character offsets of one text into lines and columns, as an editor counts them. */
export class TextLines {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  /** The place of `length` characters from `offset` on; never longer than the rest of its line, never shorter than 1. */
  position(offset: number, length = 1): Position {
    const at = Math.max(0, Math.min(offset, this.#text.length));
    const line = this.#lineAt(at);
    const start = this.#startOf(line);
    const end = this.#endOf(line);
    const inLine = Math.min(at, end);
    return { line: line + 1, column: inLine - start + 1, length: Math.max(1, Math.min(length, end - inLine)) };
  }

  /** The offset of the first character of the line that holds `offset`. */
  lineStart(offset: number): number {
    return this.#startOf(this.#lineAt(offset));
  }

  /** The offset behind the last character of the line that holds `offset`, its line break not counted. */
  lineEnd(offset: number): number {
    return this.#endOf(this.#lineAt(offset));
  }

  #startOf(line: number): number {
    return this.#starts[line] ?? this.#text.length;
  }

  #endOf(line: number): number {
    const next = this.#starts[line + 1];
    if (next === undefined) return this.#text.length;
    return this.#text[next - 2] === '\r' ? Math.max(next - 2, this.#startOf(line)) : next - 1;
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
