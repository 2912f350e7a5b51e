import { isUtf8 } from 'node:buffer';
import { valueOfJson } from '../../runtime/payload.ts';
import type { RecordedMessage } from './message.ts';
import { isoTime } from './time.ts';
import { bytesOf } from '../../runtime/payload-bytes.ts';

/** A message as a line of a recording, with its line break. `defaultBroker` is left out where it is the message's. */
export function recordingLine({ at, delivery }: RecordedMessage, defaultBroker: string): string {
  const { broker, topic, payload, qos, retained, properties } = delivery;
  const bytes = bytesOf(payload);
  const isText = isUtf8(bytes);
  const line = {
    at: isoTime(at),
    topic,
    payload: isText ? shown(bytes.toString()) : bytes.toString('base64'),
    // What is undefined is left out.
    retain: retained || undefined,
    qos: qos || undefined,
    properties: properties?.user,
    base64: isText ? undefined : true,
    broker: broker === defaultBroker ? undefined : broker,
  };
  return `${JSON.stringify(line)}\n`;
}

/** A text as the JSON value that is sent as exactly this text; the text itself where there is none. */
function shown(text: string): unknown {
  const value = valueOfJson(text);
  return typeof value !== 'string' && JSON.stringify(value) === text ? value : text;
}
