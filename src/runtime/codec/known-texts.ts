/** How many are remembered. */
const PLACES = 512;
/** A longer text is not remembered. Bytes. */
const MAX_LENGTH = 32;

const BACKSLASH = 0x5c;

/** Short texts as they came before: one that comes again is found by its bytes, and not made anew. */
export class KnownTexts {
  readonly #texts: string[] = Array.from({ length: PLACES }, () => '');

  /** The text between two places of a chunk, as it stands in JSON; undefined if that is not plain ASCII. */
  at(chunk: Buffer, start: number, end: number): string | undefined {
    const length = end - start;
    let hash = length;
    for (let i = start; i < end; i++) {
      const byte = chunk[i] as number; // Before its end.
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return undefined;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const place = hash & (PLACES - 1);
    const known = this.#texts[place] as string; // There is one at each place.
    if (known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === chunk[start + i]) i++;
      if (i === length) return known;
    }
    const text = chunk.toString('latin1', start, end);
    if (length <= MAX_LENGTH) this.#texts[place] = text;
    return text;
  }
}
