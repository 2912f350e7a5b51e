import type { IPublishPacket } from 'mqtt';
import type { Delivery } from '../../ports/transport.ts';
import { fromPacket } from './properties.ts';

/** A PUBLISH packet as a message; `packetId` is 0 where it needs no acknowledgement from us. */
export function deliveryOf(broker: string, packet: IPublishPacket, payload: Buffer, packetId: number): Delivery {
  return {
    broker,
    topic: packet.topic,
    payload,
    qos: packet.qos,
    retained: packet.retain,
    duplicate: packet.dup,
    ...(packetId === 0 ? {} : { packetId }),
    properties: fromPacket(packet.properties),
  };
}
