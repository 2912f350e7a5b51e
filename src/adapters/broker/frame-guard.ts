import type { Duplex } from 'node:stream';

/**
 * Watch what a connection sends, and call `onOversized` when a packet announces more than `maxBytes`: at its header,
 * before its body is buffered. aedes takes packets of any size. It pulls with `read`, so that is where we look on;
 * a stream in between would copy every byte.
 */
export function guardFrames(connection: Duplex, maxBytes: number, onOversized: (bytes: number) => void): void {
  const header = new FrameHeaders(maxBytes);
  const read = connection.read.bind(connection);
  connection.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return chunk;
    const oversized = header.scan(chunk);
    if (oversized === 0) return chunk;
    onOversized(oversized);
    return null;
  };
}

/** Follows the packets in a stream of bytes by their fixed headers [MQTT 2.1]. */
export class FrameHeaders {
  readonly #maxBytes: number;
  /** Of the packet under way: bytes of its body to come; while its header is read, the bytes of that read so far. */
  #body = 0;
  #headerBytes = 0;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The size of the first packet that is too large, or 0. A length that never ends is larger than any. */
  scan(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const skipped = Math.min(this.#body, chunk.length - at);
        this.#body -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.#headerBytes++ === 0) {
        this.#length = 0;
        continue;
      }
      // The length comes seven bits a byte, the lowest first; the eighth says that more follow.
      this.#length += (byte & 0x7f) * 2 ** (7 * (this.#headerBytes - 2));
      const more = byte >= 0x80;
      if (more && this.#headerBytes === 5) return Infinity;
      if (more) continue;
      if (this.#length + this.#headerBytes > this.#maxBytes) return this.#length + this.#headerBytes;
      this.#body = this.#length;
      this.#headerBytes = 0;
    }
    return 0;
  }
}
