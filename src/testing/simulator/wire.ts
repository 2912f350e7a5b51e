/** A packet as the model broker reads it. The broker has its own reader and writer: those of the engine are tried by them. */
export type FromClient =
  | { readonly type: 'connect' | 'pingreq' | 'disconnect' }
  | { readonly type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'; readonly id: number }
  | { readonly type: 'unsubscribe'; readonly id: number; readonly filters: number }
  | {
      readonly type: 'subscribe';
      readonly id: number;
      readonly identifier: number;
      readonly filters: readonly string[];
    }
  | Published;

/** A message that the client publishes. */
export interface Published {
  readonly type: 'publish';
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly duplicate: boolean;
  /** 0 for QoS 0. */
  readonly id: number;
  readonly user: ReadonlyMap<string, string>;
}

/** A message for the client. Its topic is empty where the alias says which one it is. */
export interface Sending {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retained: boolean;
  readonly duplicate: boolean;
  readonly id: number;
  readonly identifier: number;
  /** 0: none. */
  readonly alias: number;
}

const KINDS = { connack: 0x20, puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70, suback: 0x90, unsuback: 0xb0 };

/** The first whole packet of some bytes and how many they are, or null. Of MQTT 5 it knows what the client uses. */
export function readPacket(bytes: Buffer): { readonly packet: FromClient; readonly length: number } | null {
  const [length, at] = variable(bytes, 1);
  if (bytes.length < at || bytes.length < at + length || bytes.length < 2) return null;
  return { packet: packetOf(bytes[0] ?? 0, bytes.subarray(at, at + length)), length: at + length };
}

/** The answer to CONNECT that accepts it. */
export function writeConnack(isResumed: boolean): Buffer {
  return packet(KINDS.connack, [isResumed ? 1 : 0, 0, 0]);
}

/** An answer on the way of QoS 1 and 2, with nothing but its packet id. */
export function writeAnswer(type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', id: number): Buffer {
  return packet(KINDS[type], uint16(id));
}

/** The answer to `count` filters, which are all granted with QoS 2. */
export function writeSuback(id: number, count: number): Buffer {
  return packet(KINDS.suback, [...uint16(id), 0, ...new Array<number>(count).fill(2)]);
}

/** The answer to giving up `count` filters. */
export function writeUnsuback(id: number, count: number): Buffer {
  return packet(KINDS.unsuback, [...uint16(id), 0, ...new Array<number>(count).fill(0)]);
}

/** A PUBLISH of MQTT 5. */
export function writeSending({ topic, payload, qos, retained, duplicate, id, identifier, alias }: Sending): Buffer {
  const properties = [
    ...(identifier === 0 ? [] : [0x0b, identifier]),
    ...(alias === 0 ? [] : [0x23, ...uint16(alias)]),
  ];
  return packet(0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retained ? 1 : 0), [
    ...uint16(topic.length),
    ...Buffer.from(topic),
    ...(qos === 0 ? [] : uint16(id)),
    properties.length,
    ...properties,
    ...Buffer.from(payload),
  ]);
}

function packetOf(header: number, body: Buffer): FromClient {
  const id = (): number => body.readUInt16BE(0);
  switch (header >> 4) {
    case 1:
      return { type: 'connect' };
    case 3:
      return publishedOf(header, body);
    case 4:
      return { type: 'puback', id: id() };
    case 5:
      return { type: 'pubrec', id: id() };
    case 6:
      return { type: 'pubrel', id: id() };
    case 7:
      return { type: 'pubcomp', id: id() };
    case 8:
      return subscribeOf(body);
    case 10: {
      const [length, at] = variable(body, 2);
      return { type: 'unsubscribe', id: id(), filters: filtersOf(body.subarray(at + length), 0).length };
    }
    case 12:
      return { type: 'pingreq' };
    case 14:
      return { type: 'disconnect' };
    default:
      throw new Error(`the client sent a packet that begins with ${header.toString(16)}`);
  }
}

function publishedOf(header: number, body: Buffer): Published {
  const topicEnd = 2 + body.readUInt16BE(0);
  const qos = (header >> 1) & 3;
  const [length, start] = variable(body, topicEnd + (qos === 0 ? 0 : 2));
  const user = new Map<string, string>();
  for (let at = start; at < start + length;) {
    if (body[at] !== 0x26) throw new Error(`the client sent the property ${body[at]}`);
    const nameEnd = at + 3 + body.readUInt16BE(at + 1);
    const end = nameEnd + 2 + body.readUInt16BE(nameEnd);
    user.set(body.toString('utf8', at + 3, nameEnd), body.toString('utf8', nameEnd + 2, end));
    at = end;
  }
  return {
    type: 'publish',
    topic: body.toString('utf8', 2, topicEnd),
    payload: body.toString('utf8', start + length),
    qos,
    duplicate: (header & 8) !== 0,
    id: qos === 0 ? 0 : body.readUInt16BE(topicEnd),
    user,
  };
}

function subscribeOf(body: Buffer): FromClient {
  const [length, start] = variable(body, 2);
  const identifier = length === 0 ? 0 : variable(body, start + 1)[0];
  const filters = filtersOf(body.subarray(start + length), 1);
  return { type: 'subscribe', id: body.readUInt16BE(0), identifier, filters };
}

/** Each with so many bytes of options behind it. */
function filtersOf(bytes: Buffer, options: number): string[] {
  const filters: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 + bytes.readUInt16BE(at);
    filters.push(bytes.toString('utf8', at + 2, end));
    at = end + options;
  }
  return filters;
}

/** The number at a place, seven bits to a byte, and the place behind it, which may be beyond the end. */
function variable(bytes: Buffer, from: number): [value: number, at: number] {
  let value = 0;
  for (let i = 0; ; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return [value, from + i + 1];
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return [value, from + i + 1];
  }
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

function packet(header: number, body: readonly number[]): Buffer {
  const length: number[] = [];
  for (let left = body.length; ;) {
    length.push(left > 127 ? (left & 0x7f) | 0x80 : left);
    left >>>= 7;
    if (left === 0) break;
  }
  return Buffer.from([header, ...length, ...body]);
}
