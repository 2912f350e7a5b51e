const BLOCK = 64 * 1024;
/** A buffer that one large message has made larger than this is not kept. */
const MAX_KEPT = 1024 * 1024;
/** A longer text is written faster by the runtime than byte by byte. */
const SHORT = 100;

/** Bytes on their way out, in the forms that MQTT has for them, until they are taken for one write. */
export class Output {
  /** Written up to `length`. */
  bytes: Buffer;
  length = 0;

  constructor(size = BLOCK) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.bytes[this.length++] = value >> 8;
    this.bytes[this.length++] = value & 0xff;
  }

  uint32(value: number): void {
    this.uint16(value >>> 16);
    this.uint16(value & 0xffff);
  }

  /** Bytes as they are. */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What is in another output: a few bytes, for which a loop is faster than a call. */
  copy({ bytes, length }: Output): void {
    this.#reserve(length);
    for (let i = 0; i < length; i++) this.bytes[this.length++] = bytes[i] ?? 0;
  }

  /** A text as UTF-8. */
  text(text: string): void {
    this.#reserve(text.length * 3); // A character takes at most three bytes.
    if (text.length > SHORT || !this.#ascii(text)) this.length += this.bytes.write(text, this.length);
  }

  /** A text or bytes with two bytes of length in front [MQTT 1.5.4, 1.5.6]. */
  counted(value: string | Uint8Array): void {
    const at = this.length;
    this.uint16(0);
    if (typeof value === 'string') this.text(value);
    else this.append(value);
    const count = this.length - at - 2;
    this.bytes[at] = count >> 8;
    this.bytes[at + 1] = count & 0xff;
  }

  /** Leave room for the length of what comes, which is about `expected` bytes. What this returns is for `close`. */
  open(expected: number): Opened {
    const room = lengthOfLength(expected);
    this.#reserve(room);
    const at = this.length;
    this.length += room;
    return (at << 2) | (room - 1);
  }

  /** Write the length of what has come since, seven bits to a byte, the lowest first [MQTT 1.5.5]. */
  close(opened: Opened): void {
    let at = opened >>> 2;
    const room = (opened & 3) + 1;
    let count = this.length - at - room;
    const more = lengthOfLength(count) - room;
    if (more !== 0) {
      this.#reserve(more);
      this.bytes.copyWithin(at + room + more, at + room, this.length);
      this.length += more;
    }
    for (; count > 127; count >>>= 7) this.bytes[at++] = (count & 0x7f) | 0x80;
    this.bytes[at] = count;
  }

  /** All bytes since the last call. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    if (this.bytes.length > MAX_KEPT) this.bytes = Buffer.allocUnsafeSlow(BLOCK);
    return taken;
  }

  /** False: it has others than ASCII characters, and nothing is written. */
  #ascii(text: string): boolean {
    const { bytes, length } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[length + i] = code;
    }
    this.length += text.length;
    return true;
  }

  /** Make room for so many bytes more. */
  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** Where a length is to be written, and how many bytes less one there are for it: a place below 2^28 in one number. */
type Opened = number;

/** How many bytes MQTT takes to write a length [MQTT 1.5.5]. */
export function lengthOfLength(length: number): number {
  return length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4;
}
