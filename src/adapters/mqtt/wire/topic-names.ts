import type { TopicNote } from '../../../core/event.ts';

/** A topic as it came, in one piece for as long as it is remembered. */
export class KnownTopic implements TopicNote {
  readonly name: string;
  /** What whoever reads messages remembers of it; null for nothing. */
  facts: unknown = null;
  by: unknown = null;
  found: unknown = null;
  /** What it came in, if that is not to be told from its name: a character took more than a byte, or was none. */
  readonly #bytes: Buffer | null;

  constructor(bytes: Buffer, start: number, end: number) {
    this.name = bytes.toString('utf8', start, end);
    const isPlain = this.name.length === end - start && !this.name.includes('\ufffd');
    this.#bytes = isPlain ? null : Buffer.from(bytes.subarray(start, end));
  }

  /** Whether it came in these bytes. */
  is(bytes: Buffer, start: number, end: number): boolean {
    const known = this.#bytes;
    if (known !== null) return known.equals(bytes.subarray(start, end));
    const { name } = this;
    if (name.length !== end - start) return false;
    for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[start + i]) return false;
    return true;
  }
}

/** A longer topic is read anew each time: the table is as large as it is allowed to be. */
const LONGEST = 128;
/** The places for topics that a hash stands for. */
const WAYS = 4;
const FEWEST_SETS = 2_048;
const MOST_SETS = 65_536;

/**
 * Topics by the bytes they came in. Messages come on the same topics again and again: to know one by its bytes costs less
 * than to decode it, and what is looked up by the very same text is found faster. The table grows with the topics that
 * there are, up to a quarter of a million; then a topic whose place another one needs is decoded again.
 */
export class TopicNames {
  #sets = FEWEST_SETS;
  #hashes = new Int32Array(FEWEST_SETS * WAYS);
  #known = new Array<KnownTopic | null>(FEWEST_SETS * WAYS).fill(null);
  #turn = 0;

  /** The topic of the bytes from `start` to `end`. */
  read(bytes: Buffer, start: number, end: number): KnownTopic {
    if (end - start > LONGEST) return new KnownTopic(bytes, start, end);
    const hash = hashOf(bytes, start, end);
    const first = this.#first(hash);
    for (let place = first; place < first + WAYS; place++) {
      if (this.#hashes[place] !== hash) continue;
      const known = this.#known[place];
      if (known != null && known.is(bytes, start, end)) return known;
    }
    const topic = new KnownTopic(bytes, start, end);
    this.#put(hash, topic);
    return topic;
  }

  #put(hash: number, topic: KnownTopic): void {
    let place = this.#free(hash);
    while (place === -1 && this.#sets < MOST_SETS) {
      this.#grow();
      place = this.#free(hash);
    }
    if (place === -1) place = this.#first(hash) + (this.#turn++ & (WAYS - 1));
    this.#hashes[place] = hash;
    this.#known[place] = topic;
  }

  /** A free place for what has this hash, or -1. */
  #free(hash: number): number {
    const first = this.#first(hash);
    for (let place = first; place < first + WAYS; place++) if (this.#known[place] === null) return place;
    return -1;
  }

  #first(hash: number): number {
    return (hash & (this.#sets - 1)) * WAYS;
  }

  /** Twice as many places. What shared a set of four is in two of them now, so all of it has one. */
  #grow(): void {
    const [hashes, known] = [this.#hashes, this.#known];
    this.#sets *= 2;
    this.#hashes = new Int32Array(this.#sets * WAYS);
    this.#known = new Array<KnownTopic | null>(this.#sets * WAYS).fill(null);
    for (const [place, topic] of known.entries()) if (topic !== null) this.#put(hashes[place] as number, topic);
  }
}

/** FNV-1a, folded. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
