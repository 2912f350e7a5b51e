/** The kinds of packet that the lane looks at: the high half of a packet's first byte. */
export const PUBLISH = 0x30;
/** The answer to a message of QoS 1. */
export const PUBACK = 0x40;
/** The broker's answer to filters: each is granted or refused. */
export const SUBACK = 0x90;

/** The lowest four bits that each kind must have [MQTT-2.2.2-1]; those of PUBLISH mean something, and kind 0 is none. */
const FLAGS: readonly (number | null)[] = [-1, 0, 0, null, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0];

const NOTHING = Buffer.alloc(0);

/** Bytes of a length have not come yet; or there are too many of them. */
const MISSING = -1;
const MALFORMED = -2;

/**
 * Cuts a stream of bytes into MQTT packets. It looks at no more of them than it is asked for, and joins chunks only when
 * a packet is complete: what it keeps is what has arrived, never what a length field promises.
 *
 * After `next()` has said true, the packet is in `bytes`, from `start` (its first byte) over `body` (behind the length)
 * to `end`. It is good until the next call. Of a PUBLISH of QoS 0 or 1 with more than `maxBytes` behind the length only
 * what comes before the payload is there (`isCut`), and the rest passes unread.
 */
export class FrameSplitter {
  bytes: Buffer = NOTHING;
  start = 0;
  body = 0;
  end = 0;
  isCut = false;
  /** Why these bytes are no MQTT; nothing comes after that. */
  fault: string | undefined;
  readonly #maxBytes: number;
  readonly #version: number;
  /** Chunks behind `bytes`, and how many bytes they are. */
  #chunks: Buffer[] = [];
  #chunkBytes = 0;
  /** Where the length ends that was read last. */
  #behind = 0;
  /** Bytes of a cut packet still to be passed over, from `end`. */
  #unread = 0;

  /** `version` of MQTT: 3.1.1 is 4. */
  constructor(maxBytes: number, version: number) {
    this.#maxBytes = maxBytes;
    this.#version = version;
  }

  push(chunk: Buffer): void {
    if (this.end === this.bytes.length && this.#chunks.length === 0) {
      this.bytes = chunk;
      this.end = 0;
    } else {
      this.#chunks.push(chunk);
      this.#chunkBytes += chunk.length;
    }
  }

  /** Whether there is another whole packet; if so, it is the one to look at. */
  next(): boolean {
    if (this.fault !== undefined || !this.#passOver()) return false;
    this.isCut = false;
    this.start = this.end;
    let needed = this.#look();
    while (needed > 0 && this.#join(needed)) needed = this.#look();
    return needed === 0;
  }

  /** The first byte of the packet. */
  get header(): number {
    return this.bytes[this.start] ?? 0;
  }

  /** 0: the packet from `start` is complete. Else how many bytes it takes to say more, or -1 if no more will help. */
  #look(): number {
    const { bytes, start } = this;
    const at = start;
    const header = bytes[at];
    if (header === undefined) return 1;
    const fault = headerFault(header);
    if (fault !== undefined) return this.#fail(fault);
    const length = this.#lengthAt(at + 1);
    if (length === MISSING) return bytes.length - at + 1;
    if (length === MALFORMED) return this.#fail('the length of a packet takes more than four bytes');
    this.body = this.#behind;
    if (length > this.#maxBytes) return this.#lookAtLarge(header, length);
    return this.#ends(this.body + length);
  }

  #lookAtLarge(header: number, length: number): number {
    if ((header & 0xf0) !== PUBLISH) return this.#fail(`a packet of ${length} bytes that is no message`);
    // What MQTT.js acknowledges it has to see.
    if ((header & 6) === 4) return this.#ends(this.body + length);
    const topicBytes = this.body + 2 <= this.bytes.length ? this.bytes.readUInt16BE(this.body) : 0;
    let head = 2 + topicBytes + ((header & 6) === 0 ? 0 : 2);
    if (this.#version === 5) {
      const properties = this.#lengthAt(this.body + head);
      if (properties === MISSING) head = this.bytes.length - this.body + 1;
      else if (properties >= 0 && properties <= this.#maxBytes) head = this.#behind - this.body + properties;
    }
    head = Math.min(length, head);
    const needed = this.#ends(this.body + head);
    if (needed === 0) {
      this.isCut = true;
      this.#unread = length - head;
    }
    return needed;
  }

  /** The length that is written at a place, which ends at `#behind`; or why there is none. */
  #lengthAt(at: number): number {
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const byte = this.bytes[at + i];
      if (byte === undefined) return MISSING;
      length += (byte & 0x7f) * 128 ** i;
      if (byte >= 0x80) continue;
      this.#behind = at + i + 1;
      return length;
    }
    return MALFORMED;
  }

  #ends(end: number): number {
    if (end > this.bytes.length) return end - this.start;
    this.end = end;
    return 0;
  }

  #fail(fault: string): number {
    this.fault = fault;
    return -1;
  }

  /** Make `bytes` begin with the packet and hold so many bytes of it. False: they have not come yet. */
  #join(needed: number): boolean {
    const rest = this.bytes.length - this.start;
    if (rest + this.#chunkBytes < needed) return false;
    this.bytes = Buffer.concat([this.bytes.subarray(this.start), ...this.#chunks]);
    this.#chunks = [];
    this.#chunkBytes = 0;
    this.start = 0;
    this.end = 0;
    return true;
  }

  /** Whether the rest of a cut packet is behind us. */
  #passOver(): boolean {
    while (this.#unread > 0) {
      const here = Math.min(this.#unread, this.bytes.length - this.end);
      this.end += here;
      this.#unread -= here;
      if (this.#unread === 0) return true;
      const chunk = this.#chunks.shift();
      if (chunk === undefined) return false;
      this.#chunkBytes -= chunk.length;
      this.bytes = chunk;
      this.end = 0;
    }
    return true;
  }
}

function headerFault(header: number): string | undefined {
  const flags = FLAGS[header >> 4];
  if (flags === null) return (header & 6) === 6 ? 'a message of QoS 3' : undefined;
  return flags === (header & 0x0f) ? undefined : `a packet that begins with 0x${header.toString(16).padStart(2, '0')}`;
}
