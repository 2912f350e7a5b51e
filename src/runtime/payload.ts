import { UNDECODABLE, type Codec } from '../core/event.ts';
import { numberOf } from '../core/logic/value.ts';
import type { Payload } from '../ports/transport.ts';
import { Malformed, MAX_DEPTH } from './codec/byte-reader.ts';
import { readCbor } from './codec/cbor.ts';
import { JsonForms } from './codec/json-forms.ts';
import { readMessagePack } from './codec/message-pack.ts';
import { bytesOf, spanOf, textOf } from './payload-bytes.ts';

/** What payloads turned out to be, once for each message and codec. */
export const PAYLOAD_TYPES = [
  'json',
  'text',
  'empty',
  'number',
  'cbor',
  'msgpack',
  'base64',
  'broken_json', // begins like JSON and is none: taken as text, or refused by `codec: json`
  'binary', // no UTF-8 where text was wanted
  'too_deep', // nested deeper than the limit
  'invalid', // not what the codec promises
] as const;
/** The `type` under which a payload is counted. */
export type PayloadType = (typeof PAYLOAD_TYPES)[number];

/** Counts of payloads at their beginning. */
export function noPayloads(): Record<PayloadType, number> {
  return Object.fromEntries(PAYLOAD_TYPES.map((type) => [type, 0])) as Record<PayloadType, number>; // All of them.
}

/** A payload as data, and what it was. */
export interface Decoded {
  readonly value: unknown;
  readonly type: PayloadType;
}

/** `{` */
const OPENING = 0x7b;

const FORMS = new JsonForms();

/** Read a payload. It never throws, whatever it is. */
export function decodePayload(payload: Payload, codec: Codec): Decoded {
  switch (codec) {
    case 'auto':
      return decodeAuto(payload);
    case 'json':
      return decodeJson(payload);
    case 'text':
      return decodeText(payload);
    case 'number':
      return decodeNumber(payload);
    case 'base64':
      return { value: bytesOf(payload).toString('base64'), type: 'base64' };
    case 'cbor':
      return decodeBinary(payload, 'cbor', readCbor);
    case 'msgpack':
      return decodeBinary(payload, 'msgpack', readMessagePack);
  }
}

/** The value of a text that is JSON and nested no deeper than a payload may be; undefined for any other text. */
export function valueOfJson(text: string): unknown {
  const value = mayBeJson(text) ? parseJson(text)?.value : undefined;
  return value === UNDECODABLE ? undefined : value;
}

function refused(type: PayloadType): Decoded {
  return { value: UNDECODABLE, type };
}

function decodeAuto(payload: Payload): Decoded {
  if (payload.length === 0) return { value: '', type: 'empty' };
  const known = readKnown(payload);
  if (known !== undefined) return known;
  const text = textOf(payload);
  if (text === null) return refused('binary');
  if (!mayBeJson(text)) return { value: text, type: 'text' };
  const parsed = readJson(payload, text);
  if (parsed === undefined) return { value: text, type: isBracket(text) ? 'broken_json' : 'text' };
  return parsed;
}

function decodeJson(payload: Payload): Decoded {
  if (payload.length === 0) return refused('empty');
  const known = readKnown(payload);
  if (known !== undefined) return known;
  const text = textOf(payload);
  return text === null ? refused('binary') : (readJson(payload, text) ?? refused('broken_json'));
}

/** An object of a form that came before; undefined for anything else. */
function readKnown(payload: Payload): Decoded | undefined {
  const { chunk, start, end } = spanOf(payload);
  const value = chunk[start] === OPENING ? FORMS.read(chunk, start, end) : undefined;
  return value === undefined ? undefined : { value, type: 'json' };
}

/** Any other JSON, whose form may be learned. */
function readJson(payload: Payload, text: string): Decoded | undefined {
  const parsed = parseJson(text);
  if (parsed?.type === 'json' && text.charCodeAt(0) === OPENING) {
    const { chunk, start } = spanOf(payload);
    FORMS.missed(chunk, start, text, parsed.value);
  }
  return parsed;
}

function decodeText(payload: Payload): Decoded {
  if (payload.length === 0) return { value: '', type: 'empty' };
  const text = textOf(payload);
  return text === null ? refused('binary') : { value: text, type: 'text' };
}

function decodeNumber(payload: Payload): Decoded {
  const text = payload.length > 400 ? null : textOf(payload);
  const number = text === null ? Number.NaN : numberOf(text);
  return Number.isNaN(number) ? refused(payload.length === 0 ? 'empty' : 'invalid') : { value: number, type: 'number' };
}

function decodeBinary(payload: Payload, type: 'cbor' | 'msgpack', decode: (buffer: Buffer) => unknown): Decoded {
  if (payload.length === 0) return refused('empty');
  try {
    return { value: decode(bytesOf(payload)), type };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return refused(error.tooDeep ? 'too_deep' : 'invalid');
  }
}

/** Whether a text can be JSON, by how it begins: a thrown SyntaxError costs a hundred times what this does. */
function mayBeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  // { [ " - digits and white space; and the three words.
  if (
    first === 0x7b ||
    first === 0x5b ||
    first === 0x22 ||
    first === 0x2d ||
    (first >= 0x30 && first <= 0x39) ||
    first <= 0x20
  )
    return true;
  return text === 'true' || text === 'false' || text === 'null' || /^(true|false|null)\s+$/.test(text);
}

function isBracket(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function parseJson(text: string): Decoded | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value === Infinity || value === -Infinity) value = null; // 1e999: a number that nothing can hold is unknown.
  return isShallow(text) || depthOf(value, 0) <= MAX_DEPTH ? { value, type: 'json' } : refused('too_deep');
}

/** Whether a text of JSON has too few brackets for too much depth: nearly always, and told without looking at the data. */
export function isShallow(text: string): boolean {
  if (text.length <= 2 * MAX_DEPTH) return true; // Each bracket is closed again.
  return count(text, '{') + count(text, '[') <= MAX_DEPTH;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let i = text.indexOf(character); i !== -1 && found <= MAX_DEPTH; i = text.indexOf(character, i + 1)) found++;
  return found;
}

function depthOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  let deepest = depth + 1;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, depth + 1));
  return deepest;
}
