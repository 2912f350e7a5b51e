import type { Delivery } from '../ports/transport.ts';

/** One message of a recording, at its moment of arrival (epoch ms). */
export interface RecordedMessage {
  readonly at: number;
  readonly delivery: Delivery;
}

/** What is wrong with a line; `line` counts from 1. */
export interface BadLine {
  readonly line: number;
  readonly message: string;
}

/** The longest line, in UTF-16 units: a message of several megabytes, written as JSON. */
const MAX_LINE = 64 * 1024 * 1024;

/**
 * Reads a recording piece by piece: NDJSON, one message a line, times not decreasing. A line that is no message is told,
 * and the rest goes on.
 */
export class RecordingReader {
  readonly #onMessage: (message: RecordedMessage) => void;
  readonly #onBadLine: (bad: BadLine) => void;
  readonly #broker: string;
  #rest = '';
  #line = 0;
  #last = -Infinity;
  #tooLong = false;

  /** `broker` is that of messages which name none. */
  constructor(broker: string, onMessage: (message: RecordedMessage) => void, onBadLine: (bad: BadLine) => void) {
    this.#broker = broker;
    this.#onMessage = onMessage;
    this.#onBadLine = onBadLine;
  }

  /** Read on: a piece of the text, cut anywhere. */
  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#take(this.#rest + text.slice(start, end));
      this.#rest = '';
      start = end + 1;
    }
    this.#rest += text.slice(start);
    if (this.#rest.length <= MAX_LINE) return;
    this.#tooLong = true;
    this.#rest = '';
  }

  /** The text is over: its last line may have no line break. */
  end(): void {
    if (this.#rest !== '' || this.#tooLong) this.#take(this.#rest);
    this.#rest = '';
  }

  #take(line: string): void {
    this.#line++;
    const tooLong = this.#tooLong;
    this.#tooLong = false;
    if (tooLong) return this.#bad(`the line is longer than ${MAX_LINE} characters`);
    if (line.trim() === '') return undefined;
    const read = readLine(line, this.#broker);
    if (typeof read === 'string') return this.#bad(read);
    if (read.at < this.#last) {
      return this.#bad(`times must not decrease: ${isoTime(read.at)} comes after ${isoTime(this.#last)}`);
    }
    this.#last = read.at;
    return this.#onMessage(read);
  }

  #bad(message: string): void {
    this.#onBadLine({ line: this.#line, message });
  }
}

const KEYS = ['at', 'topic', 'payload', 'retain', 'qos', 'properties', 'base64', 'broker'];

/** The message of a line, or what is wrong with it. */
function readLine(line: string, broker: string): RecordedMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isMapping(value)) return 'a message is a mapping: {"at": …, "topic": …, "payload": …}';
  const unknownKey = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknownKey !== undefined) return `"${unknownKey}" is not a key of a message: ${KEYS.join(', ')}`;
  const { topic, retain = false, qos = 0, properties, base64 = false } = value;
  const at = readTime(value['at']);
  if (at === null) return '`at` is a time: "2026-11-20T10:00:00Z", or epoch milliseconds';
  if (typeof topic !== 'string' || topic === '') return '`topic` is a text that is not empty';
  if (typeof retain !== 'boolean') return '`retain` is true or false';
  if (qos !== 0 && qos !== 1 && qos !== 2) return '`qos` is 0, 1 or 2';
  if (typeof base64 !== 'boolean') return '`base64` is true or false';
  const payload = readPayload(value['payload'], base64);
  if (typeof payload === 'string') return payload;
  const user = readProperties(properties);
  if (typeof user === 'string') return user;
  const name = value['broker'] ?? broker;
  if (typeof name !== 'string') return '`broker` is the name of a broker';
  const extra = user === undefined ? undefined : { user };
  return { at, delivery: { broker: name, topic, payload, qos, retained: retain, duplicate: false, properties: extra } };
}

/** An ISO 8601 time with its zone, or epoch milliseconds; null for what is neither. */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= MAX_TIME ? value : null;
  if (typeof value !== 'string' || !ISO_TIME.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** The last millisecond that has a date. */
const MAX_TIME = 8_640_000_000_000_000;

/** The bytes of a payload, or what is wrong with it. */
function readPayload(value: unknown, base64: boolean): Uint8Array | string {
  if (!base64) return Buffer.from(typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return 'with `base64`, `payload` is Base64';
  return Buffer.from(value, 'base64');
}

type UserProperties = Readonly<Record<string, string | readonly string[]>>;

function readProperties(value: unknown): UserProperties | undefined | string {
  if (value === undefined) return undefined;
  const wrong = '`properties` is a mapping from names to texts';
  if (!isMapping(value)) return wrong;
  const user = Object.create(null) as Record<string, string | readonly string[]>; // No prototype: names come from outside.
  for (const [name, text] of Object.entries(value)) {
    const texts: readonly unknown[] = Array.isArray(text) ? text : [text];
    if (!texts.every((one) => typeof one === 'string')) return wrong;
    user[name] = typeof text === 'string' ? text : texts;
  }
  return user;
}

/** A message as a line of a recording, with its line break. `defaultBroker` is left out where it is the message's. */
export function recordingLine({ at, delivery }: RecordedMessage, defaultBroker: string): string {
  const { broker, topic, payload, qos, retained, properties } = delivery;
  const text = utf8(payload);
  const value = text === null ? Buffer.from(payload).toString('base64') : valueOf(text);
  const line = {
    at: isoTime(at),
    topic,
    payload: value,
    ...(retained ? { retain: true } : {}),
    ...(qos > 0 ? { qos } : {}),
    ...(properties?.user === undefined ? {} : { properties: properties.user }),
    ...(text === null ? { base64: true } : {}),
    ...(broker === defaultBroker ? {} : { broker }),
  };
  return `${JSON.stringify(line)}\n`;
}

/** A text as the JSON value that is sent as exactly this text; the text itself where there is none. */
function valueOf(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  return typeof value !== 'string' && JSON.stringify(value) === text ? value : text;
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** An ISO time in UTC with milliseconds. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
