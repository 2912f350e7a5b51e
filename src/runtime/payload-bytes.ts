import { isUtf8 } from 'node:buffer';
import type { Payload, Span } from '../ports/transport.ts';

/** A payload as bytes of its own, which are not copied. */
export function bytesOf(payload: Payload): Buffer {
  if (!(payload instanceof Uint8Array)) return payload.chunk.subarray(payload.start, payload.end);
  return Buffer.isBuffer(payload) ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}

/** Where the bytes of a payload are. */
export function spanOf(payload: Payload): Span {
  if (!(payload instanceof Uint8Array)) return payload;
  const { length } = payload;
  return { chunk: bytesOf(payload), start: 0, end: length, length };
}

/** A payload as text; null if it is not UTF-8. */
export function textOf(payload: Payload): string | null {
  const text =
    payload instanceof Uint8Array
      ? bytesOf(payload).toString('utf8')
      : payload.chunk.toString('utf8', payload.start, payload.end);
  // That is what stands in a text where the bytes are no UTF-8, and what a text may have of itself.
  return text.includes('\ufffd') && !isUtf8(bytesOf(payload)) ? null : text;
}
