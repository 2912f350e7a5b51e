/** An acknowledgement: of a message, or of the filters of a SUBSCRIBE packet. */
export interface Acknowledged {
  readonly packetId: number;
  /** One reason code for each thing acknowledged. */
  readonly codes: readonly number[];
}

/** Read what is behind the length of a PUBACK packet; a text says why it is none. [MQTT 3.4] */
export function readPuback(bytes: Buffer, body: number, end: number, version: number): Acknowledged | string {
  if (end - body < 2 || (version !== 5 && end - body > 2)) return 'an acknowledgement of the wrong length';
  return { packetId: bytes.readUInt16BE(body), codes: [end - body > 2 ? (bytes[body + 2] ?? 0) : 0] };
}

/** Read what is behind the length of a SUBACK packet; undefined if it is none. [MQTT 3.9] */
export function readSuback(bytes: Buffer, body: number, end: number, version: number): Acknowledged | undefined {
  if (end - body < 2) return undefined;
  let at = body + 2;
  if (version === 5) {
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const byte = bytes[at++] ?? 0;
      length += (byte & 0x7f) * 128 ** i;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return { packetId: bytes.readUInt16BE(body), codes: [...bytes.subarray(Math.min(at, end), end)] };
}
