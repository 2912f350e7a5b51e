/** Topics that are known by their bytes; a place in the table for each. */
const PLACES = 8192;
/** A longer topic is read anew each time: the table is as large as it is allowed to be. */
const LONGEST = 128;

interface Known {
  readonly bytes: Buffer;
  readonly name: string;
}

/**
 * Topics as texts, by the bytes they came in. Messages come on the same topics again and again: to know one by its bytes
 * costs less than to decode it, and what is looked up by the very same text is found faster. A topic whose place another
 * one needs is decoded again.
 */
export class TopicNames {
  readonly #known = new Array<Known | undefined>(PLACES).fill(undefined);

  /** The text of the bytes from `start` to `end`. */
  read(bytes: Buffer, start: number, end: number): string {
    if (end - start > LONGEST) return bytes.toString('utf8', start, end);
    const place = placeOf(bytes, start, end);
    const known = this.#known[place];
    if (known !== undefined && isSame(known.bytes, bytes, start, end)) return known.name;
    const name = bytes.toString('utf8', start, end);
    this.#known[place] = { bytes: Buffer.from(bytes.subarray(start, end)), name };
    return name;
  }
}

/** FNV-1a, folded. */
function placeOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}

function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
