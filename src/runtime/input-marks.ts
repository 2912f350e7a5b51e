import type { Delivery, Payload } from '../ports/transport.ts';
import type { InputMark } from '../ports/state-store.ts';

/**
 * Under every packet id of a session, the last message that was taken by it. Ids are used again and again, so there are at
 * most 65 535 for a broker, and none is ever forgotten while its session lasts: a message that comes again by its id is
 * known however much has come in between.
 */
export class InputMarks {
  readonly #known = new Map<string, Map<number, string>>();
  readonly #changed = new Map<string, InputMark>();
  #dropped: Omit<InputMark, 'hash'>[] = [];

  constructor(marks: readonly InputMark[]) {
    for (const { broker, packetId, hash } of marks) this.#of(broker).set(packetId, hash);
  }

  /** Whether it was taken before and comes again. If not, it is taken now. */
  isTaken({ broker, topic, payload, packetId, duplicate }: Delivery): boolean {
    if (packetId === undefined) return false;
    const hash = hashOf(topic, payload);
    const known = this.#of(broker);
    if (duplicate && known.get(packetId) === hash) return true;
    known.set(packetId, hash);
    this.#changed.set(`${broker}\0${packetId}`, { broker, packetId, hash });
    return false;
  }

  /** The session is gone, and with it the meaning of its ids. True if there were any. */
  forget(broker: string): boolean {
    const known = this.#of(broker);
    for (const packetId of known.keys()) {
      this.#changed.delete(`${broker}\0${packetId}`);
      this.#dropped.push({ broker, packetId });
    }
    this.#known.delete(broker);
    return known.size > 0;
  }

  /** What has changed since the last time. */
  takeChanges(): { readonly marks: InputMark[]; readonly dropped: Omit<InputMark, 'hash'>[] } {
    const changes = { marks: [...this.#changed.values()], dropped: this.#dropped };
    this.#changed.clear();
    this.#dropped = [];
    return changes;
  }

  /** What was taken could not be kept: it is told again the next time, but for what has changed since. */
  giveBack({ marks, dropped }: ReturnType<InputMarks['takeChanges']>): void {
    for (const mark of marks) {
      const name = `${mark.broker}\0${mark.packetId}`;
      if (this.#known.get(mark.broker)?.has(mark.packetId) === true && !this.#changed.has(name))
        this.#changed.set(name, mark);
    }
    this.#dropped.unshift(...dropped);
  }

  #of(broker: string): Map<number, string> {
    let known = this.#known.get(broker);
    if (known === undefined) this.#known.set(broker, (known = new Map<number, string>()));
    return known;
  }
}

/** 64 bits of topic and payload, as two FNV-1a hashes with different beginnings. */
function hashOf(topic: string, payload: Payload): string {
  let one = 0x811c9dc5;
  let other = 0x050c5d1f;
  const add = (unit: number): void => {
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x01000193) ^ (other >>> 15);
  };
  for (let i = 0; i < topic.length; i++) add(topic.charCodeAt(i));
  add(0);
  const isWhole = payload instanceof Uint8Array;
  const bytes = isWhole ? payload : payload.chunk;
  const end = isWhole ? payload.length : payload.end;
  for (let i = isWhole ? 0 : payload.start; i < end; i++) add(bytes[i] ?? 0);
  return `${(one >>> 0).toString(36)}.${(other >>> 0).toString(36)}`;
}
