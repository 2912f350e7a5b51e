import { isUtf8 } from 'node:buffer';

/** Lists and mappings in one another that a payload may have. */
export const MAX_DEPTH = 32;

/** The bytes are not what the codec promises, or, with `tooDeep`, nested beyond the limit. */
export class Malformed extends Error {
  readonly tooDeep: boolean;

  constructor(message: string, tooDeep = false) {
    super(message);
    this.tooDeep = tooDeep;
  }
}

/**
 * Reads a binary payload from its beginning. Nothing that the bytes announce is believed before it is there: no length
 * is allocated, no depth is descended to, that the payload has not the bytes for. All that it refuses throws Malformed.
 */
export class ByteReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #offset = 0;
  #depth = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** The next byte, which stays. */
  peek(): number {
    this.#need(1);
    return this.#view.getUint8(this.#offset);
  }

  /** A whole number of 1, 2, 4 or 8 bytes. Beyond 2^53 it is the nearest that a number can be. */
  unsigned(size: number): number {
    const at = this.#take(size);
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at);
    return size === 4 ? this.#view.getUint32(at) : Number(this.#view.getBigUint64(at));
  }

  signed(size: number): number {
    const at = this.#take(size);
    if (size === 1) return this.#view.getInt8(at);
    if (size === 2) return this.#view.getInt16(at);
    return size === 4 ? this.#view.getInt32(at) : Number(this.#view.getBigInt64(at));
  }

  /** A floating-point number of 2, 4 or 8 bytes; null for those that JSON does not have. */
  float(size: number): number | null {
    const at = this.#take(size);
    const value =
      size === 2 ? half(this.#view.getUint16(at)) : size === 4 ? this.#view.getFloat32(at) : this.#view.getFloat64(at);
    return Number.isFinite(value) ? value + 0 : null; // Zero has no sign.
  }

  bytes(length: number): Buffer {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(length: number): string {
    const bytes = this.bytes(length);
    if (!isUtf8(bytes)) throw new Malformed('a text is not valid UTF-8');
    return bytes.toString('utf8');
  }

  /** A list of `length` values, or of those up to where `ended` says so. */
  list(length: number | null, value: () => unknown, ended: () => boolean = () => false): unknown[] {
    if (length !== null) this.#need(length);
    this.#descend();
    const list: unknown[] = [];
    while (length === null ? !ended() : list.length < length) list.push(value());
    this.#depth--;
    return list;
  }

  /** A mapping of `length` entries, or of those up to where `ended` says so. Of two equal keys the last counts. */
  mapping(length: number | null, value: () => unknown, ended: () => boolean = () => false): unknown {
    if (length !== null) this.#need(2 * length);
    this.#descend();
    const entries: [string, unknown][] = [];
    while (length === null ? !ended() : entries.length < length) entries.push([keyOf(value()), value()]);
    this.#depth--;
    return Object.fromEntries(entries); // Defines own properties only, whatever they are called.
  }

  /** Whatever comes next is one level deeper, though no list: a tag. */
  inside<T>(value: () => T): T {
    this.#descend();
    const inner = value();
    this.#depth--;
    return inner;
  }

  #descend(): void {
    if (++this.#depth > MAX_DEPTH) throw new Malformed(`nested deeper than ${MAX_DEPTH}`, true);
  }

  #take(length: number): number {
    this.#need(length);
    const at = this.#offset;
    this.#offset += length;
    return at;
  }

  #need(length: number): void {
    if (length > this.left) throw new Malformed('it ends too early');
  }
}

/** A key of a mapping: JSON knows texts only. */
function keyOf(key: unknown): string {
  if (typeof key === 'object' && key !== null) throw new Malformed('a key is a list or a mapping');
  return String(key);
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}
