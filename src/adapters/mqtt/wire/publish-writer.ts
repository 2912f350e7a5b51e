import type { Publication } from '../../../ports/transport.ts';
import type { Output } from './output.ts';

/** Write a PUBLISH packet. `properties` holds the encoded ones: nothing at all on MQTT 3.1.1. [MQTT 3.3] */
export function writePublish(
  output: Output,
  { topic, payload, qos, retain }: Publication,
  packetId: number,
  duplicate: boolean,
  properties: Output,
): void {
  output.byte(0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0));
  const opened = output.open(2 + topic.length + (qos === 0 ? 0 : 2) + properties.length + payload.length);
  output.counted(topic);
  if (qos > 0) output.uint16(packetId);
  output.copy(properties);
  if (typeof payload === 'string') output.text(payload);
  else output.append(payload);
  output.close(opened);
}

/** Write a PUBACK for each packet id. Four bytes say `success` in MQTT 5 too [MQTT 3.4.2.1]. */
export function writePubacks(output: Output, packetIds: readonly number[]): void {
  for (const packetId of packetIds) {
    output.uint16(0x4002);
    output.uint16(packetId);
  }
}
