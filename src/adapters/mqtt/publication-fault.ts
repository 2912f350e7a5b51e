import { topicFault } from '../../core/topics/topic.ts';
import type { MessageProperties, Publication } from '../../ports/transport.ts';
import { lengthOfLength } from './wire/output.ts';

const MAX_STRING_BYTES = 65_535;
/** What the length field of MQTT can say [MQTT 2.1.4], and the header in front of it. */
const MAX_PACKET_BYTES = 268_435_455 + 5;

/**
 * Why a publication cannot be sent to a broker that takes packets up to `limit` bytes, or undefined if it can. What the
 * broker would answer by closing the connection must be found here: MQTT.js would send it again at every connect.
 */
export function publicationFault(
  publication: Publication,
  version: number,
  limit = MAX_PACKET_BYTES,
): string | undefined {
  const properties = version === 5 ? publication.properties : undefined;
  const fault = properties === undefined ? undefined : propertiesFault(properties);
  if (fault !== undefined) return fault;
  // Most messages are far below any limit: a character is at most three bytes.
  const { topic, payload } = publication;
  if (properties === undefined && 3 * (topic.length + payload.length) + 16 < limit) return undefined;
  const size = packetSize(publication, version, properties);
  return size > Math.min(limit, MAX_PACKET_BYTES)
    ? `the packet of ${size} bytes is larger than the ${limit} bytes the broker takes`
    : undefined;
}

function propertiesFault(properties: MessageProperties): string | undefined {
  const { messageExpiry, contentType, responseTopic, correlationData, user } = properties;
  if (
    messageExpiry !== undefined &&
    !(Number.isInteger(messageExpiry) && messageExpiry >= 0 && messageExpiry < 2 ** 32)
  ) {
    return 'the message expiry is not a whole number of seconds';
  }
  if (responseTopic !== undefined) {
    const fault = topicFault(responseTopic);
    if (fault !== null) return `the response topic cannot be used: ${fault}`;
  }
  if (contentType !== undefined && !isText(contentType)) return 'the content type is not text that MQTT can carry';
  if (correlationData !== undefined && correlationData.length > MAX_STRING_BYTES) {
    return 'the correlation data is longer than 65 535 bytes';
  }
  for (const [name, value] of Object.entries(user ?? {})) {
    if (!isText(name) || !(typeof value === 'string' ? isText(value) : value.every(isText))) {
      return `the user property ${JSON.stringify(name.slice(0, 100))} is not text that MQTT can carry`;
    }
  }
  return undefined;
}

function isText(text: string): boolean {
  // NUL is what MQTT forbids [MQTT-1.5.4-2].
  return !text.includes('\0') && text.isWellFormed() && Buffer.byteLength(text) <= MAX_STRING_BYTES;
}

function packetSize(publication: Publication, version: number, properties: MessageProperties | undefined): number {
  const length =
    Buffer.byteLength(publication.topic) + 2 + (publication.qos > 0 ? 2 : 0) + byteLength(publication.payload);
  const inside = properties === undefined ? 0 : propertiesSize(properties);
  const rest = version === 5 ? length + inside + lengthOfLength(inside) : length;
  return 1 + lengthOfLength(rest) + rest;
}

function propertiesSize({
  messageExpiry,
  contentType,
  responseTopic,
  correlationData,
  user,
}: MessageProperties): number {
  let size = messageExpiry === undefined ? 0 : 5;
  if (contentType !== undefined) size += 3 + Buffer.byteLength(contentType);
  if (responseTopic !== undefined) size += 3 + Buffer.byteLength(responseTopic);
  if (correlationData !== undefined) size += 3 + correlationData.length;
  for (const [name, value] of Object.entries(user ?? {})) {
    for (const one of typeof value === 'string' ? [value] : value)
      size += 5 + Buffer.byteLength(name) + Buffer.byteLength(one);
  }
  return size;
}

function byteLength(payload: string | Uint8Array): number {
  return typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
}
