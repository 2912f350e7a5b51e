import { Buffer } from 'node:buffer';

/** MQTT 3.1.1 or 5, as CONNECT says it. */
export type Version = 4 | 5;

/** The kinds of packets that the load generator meets, by the upper half of their first byte. */
export const KIND = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

/** One packet inside a chunk; the bytes are only good until the call returns. */
export interface Frame {
  readonly kind: number;
  /** The lower half of the first byte. */
  readonly flags: number;
  readonly body: Buffer;
}

/** Cuts a stream of bytes into packets. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer, visit: (frame: Frame) => void): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const length = readVarint(bytes, at + 1);
      if (length === null || length.next + length.value > bytes.length) break;
      const first = bytes[at] ?? 0;
      at = length.next + length.value;
      visit({ kind: first >> 4, flags: first & 15, body: bytes.subarray(length.next, at) });
    }
    this.#rest = Buffer.from(bytes.subarray(at));
  }
}

/** A PUBLISH. `packetId` is left out for QoS 0. */
export function publishFrame(version: Version, topic: string, payload: string, qos: 0 | 1, packetId: number): Buffer {
  const id = qos === 0 ? [] : [packetId >> 8, packetId & 255];
  const body = Buffer.concat([text(topic), Buffer.from([...id, ...noProperties(version)]), Buffer.from(payload)]);
  return frame((KIND.publish << 4) | (qos << 1), body);
}

/** What a PUBLISH holds. */
export interface Published {
  readonly topic: Buffer;
  readonly packetId: number;
  readonly payload: Buffer;
}

export function readPublish({ flags, body }: Frame, version: Version): Published {
  const topicEnd = 2 + body.readUInt16BE(0);
  const qos = (flags >> 1) & 3;
  let at = topicEnd + (qos === 0 ? 0 : 2);
  if (version === 5) {
    const properties = readVarint(body, at);
    if (properties !== null) at = properties.next + properties.value;
  }
  return {
    topic: body.subarray(2, topicEnd),
    packetId: qos === 0 ? 0 : body.readUInt16BE(topicEnd),
    payload: body.subarray(at),
  };
}

/** A client without a will or a password, that starts anew. */
export function connectFrame(version: Version, clientId: string): Buffer {
  const body = [text('MQTT'), Buffer.from([version, 0x02, 0, 0, ...noProperties(version)]), text(clientId)];
  return frame(KIND.connect << 4, Buffer.concat(body));
}

export function subscribeFrame(version: Version, packetId: number, filter: string, qos: 0 | 1): Buffer {
  const body = [
    Buffer.from([packetId >> 8, packetId & 255, ...noProperties(version)]),
    text(filter),
    Buffer.from([qos]),
  ];
  return frame((KIND.subscribe << 4) | 2, Buffer.concat(body));
}

/** Yes to a CONNECT. */
export function connackFrame(version: Version): Buffer {
  return frame(KIND.connack << 4, Buffer.from([0, 0, ...noProperties(version)]));
}

/** A PUBACK for each of these messages, in their order. */
export function pubackFrames(packetIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * packetIds.length);
  for (const [i, packetId] of packetIds.entries()) {
    bytes.writeUInt16BE((KIND.puback << 12) | 2, 4 * i);
    bytes.writeUInt16BE(packetId, 4 * i + 2);
  }
  return bytes;
}

export const PINGRESP: Buffer = Buffer.from([KIND.pingresp << 4, 0]);

/** Yes to everything a SUBSCRIBE asks for, with the filters it named. */
export function grant(
  { body }: Frame,
  version: Version,
): { readonly suback: Buffer; readonly filters: readonly string[] } {
  const filters: string[] = [];
  const granted: number[] = [];
  let at = 2;
  if (version === 5) {
    const properties = readVarint(body, at);
    if (properties !== null) at = properties.next + properties.value;
  }
  while (at < body.length) {
    const end = at + 2 + body.readUInt16BE(at);
    filters.push(body.toString('utf8', at + 2, end));
    granted.push((body[end] ?? 0) & 3);
    at = end + 1;
  }
  const suback = frame(
    KIND.suback << 4,
    Buffer.from([body[0] ?? 0, body[1] ?? 0, ...noProperties(version), ...granted]),
  );
  return { suback, filters };
}

/** The version a CONNECT asks for. */
export function versionOf({ body }: Frame): Version {
  return body[6] === 5 ? 5 : 4;
}

function frame(first: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function noProperties(version: Version): number[] {
  return version === 5 ? [0] : [];
}

/** A number of variable length at a place, or null if it is not all there. */
function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    value += (byte & 127) * 128 ** i;
    if (byte < 128) return { value, next: at + i + 1 };
  }
  throw new Error('a length of more than four bytes');
}
