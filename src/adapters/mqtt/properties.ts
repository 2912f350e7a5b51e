import type { IPublishPacket } from 'mqtt';
import type { MessageProperties } from '../../ports/transport.ts';

type PacketProperties = NonNullable<IPublishPacket['properties']>;

/** The MQTT 5 properties of a packet in our words; undefined if there are none that we know. */
export function fromPacket(properties: IPublishPacket['properties']): MessageProperties | undefined {
  if (properties === undefined) return undefined;
  const { messageExpiryInterval, contentType, responseTopic, correlationData, userProperties } = properties;
  const found: MessageProperties = {};
  if (messageExpiryInterval !== undefined) found.messageExpiry = messageExpiryInterval;
  if (contentType !== undefined) found.contentType = contentType;
  if (responseTopic !== undefined) found.responseTopic = responseTopic;
  if (correlationData !== undefined) found.correlationData = correlationData;
  if (userProperties !== undefined) found.user = Object.assign(bare(), userProperties);
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Our properties as MQTT.js wants them. */
export function toPacket(properties: MessageProperties): PacketProperties {
  const packet: PacketProperties = {};
  if (properties.messageExpiry !== undefined) packet.messageExpiryInterval = properties.messageExpiry;
  if (properties.contentType !== undefined) packet.contentType = properties.contentType;
  if (properties.responseTopic !== undefined) packet.responseTopic = properties.responseTopic;
  if (properties.correlationData !== undefined) packet.correlationData = asBuffer(properties.correlationData);
  if (properties.user !== undefined) {
    const user = bare();
    for (const [name, value] of Object.entries(properties.user))
      user[name] = typeof value === 'string' ? value : [...value];
    // A mapping without a pair is one that mqtt-packet cannot write: it sends nothing at all and says nothing.
    if (Object.values(user).some((value) => value.length > 0 || value === '')) packet.userProperties = user;
  }
  return packet;
}

function bare(): Record<string, string | string[]> {
  return Object.create(null) as Record<string, string | string[]>; // Typed as any.
}

/** The same bytes as a Buffer, without copying them. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
