import type { MessageProperties } from '../../../ports/transport.ts';

/** The properties of a PUBLISH packet. */
export interface InboundProperties {
  /** Those we know; undefined if there are none. */
  properties: MessageProperties | undefined;
  identifiers: number[] | undefined;
  /** 0: there is none. */
  alias: number;
  /** Where the payload begins. */
  end: number;
}

/** Read the properties from `at`, which end at `limit` at the latest; a text says why they are none. [MQTT 3.3.2.3] */
export function readProperties(bytes: Buffer, at: number, limit: number): InboundProperties | string {
  const cursor = new Cursor(bytes, at, limit);
  const length = cursor.variable();
  cursor.end = cursor.at + length;
  if (cursor.failed || cursor.end > limit) return 'a message whose properties are longer than itself';
  const found: InboundProperties = { properties: undefined, identifiers: undefined, alias: 0, end: cursor.end };
  const seen = new Set<number>();
  while (cursor.at < cursor.end && !cursor.failed) {
    const code = cursor.byte();
    if (!TWICE.has(code) && seen.has(code)) return `a message with property ${code} twice`;
    seen.add(code);
    if (!readProperty(cursor, code, found)) return `a message with property ${code}, which it cannot have`;
  }
  return cursor.failed ? 'a message whose properties are cut off' : found;
}

const SUBSCRIPTION_IDENTIFIER = 11;
const USER_PROPERTY = 38;
const TWICE: ReadonlySet<number> = new Set([SUBSCRIPTION_IDENTIFIER, USER_PROPERTY]);

function readProperty(cursor: Cursor, code: number, found: InboundProperties): boolean {
  switch (code) {
    case 1: // Whether the payload is text; the codec of a rule decides that.
      cursor.byte();
      return true;
    case SUBSCRIPTION_IDENTIFIER:
      (found.identifiers ??= []).push(cursor.variable());
      return true;
    case 35:
      found.alias = cursor.number16();
      return found.alias > 0; // [MQTT-3.3.2-8]
  }
  const properties = (found.properties ??= {});
  switch (code) {
    case 2:
      properties.messageExpiry = cursor.number32();
      return true;
    case 3:
      properties.contentType = cursor.text();
      return true;
    case 8:
      properties.responseTopic = cursor.text();
      return true;
    case 9:
      properties.correlationData = cursor.binary();
      return true;
    case USER_PROPERTY:
      addUser(properties, cursor.text(), cursor.text());
      return true;
    default:
      return false;
  }
}

type User = Record<string, string | string[]>;

function addUser(properties: MessageProperties, name: string, value: string): void {
  const user = (properties.user ??= Object.create(null) as User) as User; // Made here, and typed as any.
  const known = user[name];
  if (known === undefined) user[name] = value;
  else if (typeof known === 'string') user[name] = [known, value];
  else known.push(value);
}

/** A place in some bytes. Reading beyond the end gives nothing, and `failed` says so. */
class Cursor {
  at: number;
  end: number;
  failed = false;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    return this.#take(1) ? (this.#bytes[this.at - 1] ?? 0) : 0;
  }

  number16(): number {
    return this.#take(2) ? this.#bytes.readUInt16BE(this.at - 2) : 0;
  }

  number32(): number {
    return this.#take(4) ? this.#bytes.readUInt32BE(this.at - 4) : 0;
  }

  variable(): number {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 128 ** i;
      if (byte < 0x80) return value;
    }
    this.failed = true;
    return 0;
  }

  text(): string {
    const length = this.number16();
    return this.#take(length) ? this.#bytes.toString('utf8', this.at - length, this.at) : '';
  }

  binary(): Buffer {
    const length = this.number16();
    // A copy: it may be kept for longer than the chunk it came in.
    return this.#take(length) ? Buffer.from(this.#bytes.subarray(this.at - length, this.at)) : Buffer.alloc(0);
  }

  #take(length: number): boolean {
    if (this.at + length > this.end) {
      this.failed = true;
      this.at = this.end;
      return false;
    }
    this.at += length;
    return true;
  }
}
