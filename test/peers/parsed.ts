import { parser, type Packet } from 'mqtt-packet';

/** The packets that mqtt-packet reads from bytes. It throws at what it does not understand. */
export function parsed(bytes: Buffer, protocolVersion: number): Packet[] {
  const packets: Packet[] = [];
  const reading = parser({ protocolVersion });
  reading.on('packet', (packet) => packets.push(packet));
  reading.on('error', (error) => {
    throw error;
  });
  reading.parse(bytes);
  return packets;
}
