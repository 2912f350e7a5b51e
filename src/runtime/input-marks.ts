import type { MarkBlock, MarkBlockName } from '../ports/state-store.ts';
import type { Delivery, Payload } from '../ports/transport.ts';

/** How many packet ids are written together. Brokers use one after the other, so few blocks change at a time. */
const BLOCK = 64;

/** The hashes of one session, by blocks of packet ids; 0 where no message has been taken. */
type Hashes = Map<number, Float64Array>;

/**
 * Under every packet id of a session, the last message that was taken by it. Ids are used again and again, so there are at
 * most 65 535 for a broker, and none is ever forgotten while its session lasts: a message that comes again by its id is
 * known however much has come in between.
 */
export class InputMarks {
  readonly #known = new Map<string, Hashes>();
  readonly #changed = new Map<string, Set<number>>();
  #dropped: MarkBlockName[] = [];
  #position: number;

  /** `position`: how many messages have been taken before. */
  constructor(marks: readonly MarkBlock[], position: number) {
    this.#position = position;
    for (const { broker, block, hashes } of marks)
      this.#of(broker).set(block, new Float64Array(Uint8Array.from(hashes).buffer));
  }

  /** How many messages with a packet id have been taken. */
  get position(): number {
    return this.#position;
  }

  /** Whether it was taken before and comes again. If not, it is taken now. */
  isTaken({ broker, topic, payload, packetId, duplicate }: Delivery): boolean {
    if (packetId === undefined) return false;
    const hash = hashOf(topic, payload);
    const block = Math.floor(packetId / BLOCK);
    const hashes = this.#block(broker, block);
    if (duplicate && hashes[packetId % BLOCK] === hash) return true;
    hashes[packetId % BLOCK] = hash;
    this.#changedOf(broker).add(block);
    this.#position++;
    return false;
  }

  /** The session is gone, and with it the meaning of its ids. True if there were any. */
  forget(broker: string): boolean {
    const known = this.#of(broker);
    for (const block of known.keys()) this.#dropped.push({ broker, block });
    this.#known.delete(broker);
    this.#changed.delete(broker);
    return known.size > 0;
  }

  /** What has changed since the last time, to be read at once. */
  takeChanges(): { readonly marks: MarkBlock[]; readonly dropped: MarkBlockName[] } {
    const marks: MarkBlock[] = [];
    for (const [broker, blocks] of this.#changed) {
      for (const block of blocks) {
        const { buffer } = this.#block(broker, block);
        marks.push({ broker, block, hashes: new Uint8Array(buffer) });
      }
      blocks.clear();
    }
    const dropped = this.#dropped;
    this.#dropped = [];
    return { marks, dropped };
  }

  /** What was taken could not be kept: it is told again the next time, but for what is gone since. */
  giveBack({ marks, dropped }: ReturnType<InputMarks['takeChanges']>): void {
    for (const { broker, block } of marks) if (this.#of(broker).has(block)) this.#changedOf(broker).add(block);
    this.#dropped.unshift(...dropped);
  }

  #of(broker: string): Hashes {
    let known = this.#known.get(broker);
    if (known === undefined) this.#known.set(broker, (known = new Map<number, Float64Array>()));
    return known;
  }

  #block(broker: string, block: number): Float64Array {
    const known = this.#of(broker);
    let hashes = known.get(block);
    if (hashes === undefined) known.set(block, (hashes = new Float64Array(BLOCK)));
    return hashes;
  }

  #changedOf(broker: string): Set<number> {
    let changed = this.#changed.get(broker);
    if (changed === undefined) this.#changed.set(broker, (changed = new Set()));
    return changed;
  }
}

/** 53 bits of topic and payload, from two FNV-1a hashes with different beginnings; never 0. */
function hashOf(topic: string, payload: Payload): number {
  let one = 0x811c9dc5;
  let other = 0x050c5d1f;
  for (let i = 0; i < topic.length; i++) {
    const unit = topic.charCodeAt(i);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x01000193) ^ (other >>> 15);
  }
  // No character of a topic: its end.
  one = Math.imul(one ^ 0x10000, 0x01000193);
  other = Math.imul(other ^ 0x10000, 0x01000193);
  const isWhole = payload instanceof Uint8Array;
  const bytes = isWhole ? payload : payload.chunk;
  const end = isWhole ? payload.length : payload.end;
  for (let i = isWhole ? 0 : payload.start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other ^ byte, 0x01000193) ^ (other >>> 15);
  }
  return Math.max(1, (one >>> 11) * 2 ** 32 + (other >>> 0));
}
