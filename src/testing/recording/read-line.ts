import { messageOf } from '../../core/caught.ts';
import { isMapping } from '../../core/logic/value.ts';
import { nearest } from '../../core/nearest.ts';
import { topicFault } from '../../core/topics/topic.ts';
import { isShallow } from '../../runtime/payload.ts';
import { JsonDelivery, type Envelope } from './json-delivery.ts';
import type { RecordedMessage } from './message.ts';
import { readTime } from './time.ts';

const KEYS: readonly string[] = ['at', 'topic', 'payload', 'retain', 'qos', 'properties', 'base64', 'broker'];

/** The message of a line, or what is wrong with it. `broker` is that of a message which names none. */
export function readLine(line: string, broker: string): RecordedMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${messageOf(error)}`;
  }
  if (!isMapping(value)) return 'a message is a mapping: {"at": …, "topic": …, "payload": …}';
  for (const key of Object.keys(value)) if (!KEYS.includes(key)) return unknownKey(key);
  const at = readTime(value['at']);
  if (at === null) return '`at` is a time that exists: "2026-11-20T10:00:00Z", or epoch milliseconds';
  const { topic, retain = false, qos = 0, base64 = false } = value;
  if (typeof topic !== 'string') return '`topic` is a text';
  const fault = topicFault(topic);
  if (fault !== null) return `no message has the topic ${JSON.stringify(topic)}: ${fault}`;
  if (typeof retain !== 'boolean') return '`retain` is true or false';
  if (qos !== 0 && qos !== 1 && qos !== 2) return '`qos` is 0, 1 or 2';
  if (typeof base64 !== 'boolean') return '`base64` is true or false';
  const user = readProperties(value['properties']);
  if (typeof user === 'string') return user;
  const name = value['broker'] ?? broker;
  if (typeof name !== 'string') return '`broker` is the name of a broker';
  const properties = user === undefined ? undefined : { user };
  const message: Envelope = { broker: name, topic, qos, retained: retain, properties };
  const said = value['payload'];
  if (!base64 && isPlain(said) && isShallow(line))
    return { at, delivery: new JsonDelivery(message, said, line.length) };
  const payload = base64 ? readBase64(said) : readPayload(said);
  if (typeof payload === 'string') return payload;
  return { at, delivery: { ...message, payload, duplicate: false } };
}

/** Whether a payload that is written as this is read as this again: a text may say something else. */
function isPlain(value: unknown): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : typeof value !== 'string' && value !== undefined;
}

function unknownKey(key: string): string {
  const meant = nearest(key, KEYS);
  const hint = meant === undefined ? `It has ${KEYS.join(', ')}` : `Did you mean "${meant}"?`;
  return `${JSON.stringify(key)} is not a key of a message. ${hint}`;
}

/** The bytes of a payload, or what is wrong with it. */
function readPayload(value: unknown): Uint8Array | string {
  if (value === undefined) return Buffer.alloc(0);
  if (typeof value === 'string') return value.isWellFormed() ? Buffer.from(value) : '`payload` is not valid Unicode';
  try {
    return Buffer.from(JSON.stringify(value));
  } catch {
    return '`payload` is nested too deep'; // JSON is read without recursion, and written with it.
  }
}

function readBase64(value: unknown): Uint8Array | string {
  if (typeof value !== 'string' || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value))
    return 'with `base64`, `payload` is Base64';
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
