/** The bytes of a PUBACK for each packet id. Four bytes say `success` in MQTT 5 too [MQTT 3.4.2.1]. */
export function pubacks(packetIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(packetIds.length * 4);
  packetIds.forEach((packetId, index) => {
    bytes.writeUInt16BE(0x4002, index * 4);
    bytes.writeUInt16BE(packetId, index * 4 + 2);
  });
  return bytes;
}
