import type { QoS } from '../../../core/event.ts';
import type { Delivery, MessageProperties } from '../../../ports/transport.ts';
import { readProperties } from './properties-reader.ts';
import { Output } from './output.ts';
import type { KnownTopic, TopicNames } from './topic-names.ts';

/** A PUBLISH packet as it came. */
export interface InboundPublish extends Delivery {
  topic: string;
  /** What is known of the topic; null where an alias stands for it. */
  known: KnownTopic | null;
  /** The identifiers of the subscriptions it came for; absent if there are none. */
  readonly identifiers: readonly number[] | undefined;
  /** 0: there is none. */
  readonly alias: number;
}

/** What a reader has to know of the connection. */
export interface Connection {
  /** The broker's name in the configuration. */
  readonly broker: string;
  /** The version of MQTT: 3.1.1 is 4. */
  readonly version: number;
  readonly topics: TopicNames;
}

/** Read the PUBLISH packet with this first byte whose rest is `bytes` from `body` to `end`; a text says why it is none. */
export function readPublish(
  header: number,
  bytes: Buffer,
  body: number,
  end: number,
  { broker, version, topics }: Connection,
): InboundPublish | string {
  if (body + 2 > end) return 'a message that is too short for a topic';
  const topicEnd = body + 2 + bytes.readUInt16BE(body);
  const qos = ((header >> 1) & 3) as QoS; // A frame with 3 is none.
  let at = topicEnd + (qos === 0 ? 0 : 2);
  if (at > end) return 'a message that is shorter than its topic';
  const packetId = qos === 0 ? 0 : bytes.readUInt16BE(topicEnd);
  if (qos > 0 && packetId === 0) return 'a message without a packet id'; // [MQTT-2.2.1-3]
  let properties: MessageProperties | undefined;
  let identifiers: readonly number[] | undefined;
  let alias = 0;
  if (version === 5) {
    if (bytes[at] === 0 && at < end) {
      at++; // It has none, as most.
    } else {
      const read = readProperties(bytes, at, end);
      if (typeof read === 'string') return read;
      ({ properties, identifiers, alias } = read);
      at = read.end;
    }
  }
  const known = topics.read(bytes, body + 2, topicEnd);
  return {
    broker,
    topic: known.name,
    known,
    payload: { chunk: bytes, start: at, end, length: end - at },
    qos,
    retained: (header & 1) !== 0,
    duplicate: (header & 8) !== 0,
    packetId: qos === 0 ? undefined : packetId,
    properties,
    identifiers,
    alias,
  };
}

/** The same packet of QoS 2 with its topic written out, for a reader that knows no aliases. */
export function withTopic(header: number, bytes: Buffer, body: number, end: number, topic: string): Buffer {
  const rest = bytes.subarray(body + 2 + bytes.readUInt16BE(body), end);
  const output = new Output(16 + 3 * topic.length + rest.length);
  output.byte(header);
  const opened = output.open(2 + topic.length + rest.length);
  output.counted(topic);
  output.append(rest);
  output.close(opened);
  return output.bytes.subarray(0, output.length);
}
