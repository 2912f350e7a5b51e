import { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { generate, type IPublishPacket, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { PublishLane } from '../../../src/adapters/mqtt/publish-lane.ts';
import { TopicNames } from '../../../src/adapters/mqtt/wire/topic-names.ts';
import type { InboundPublish } from '../../../src/adapters/mqtt/wire/publish-reader.ts';
import { bytesOf } from '../../../src/runtime/payload-bytes.ts';
import { parsed } from '../../peers/parsed.ts';
import { runs } from '../../property-runs.ts';
import { idleOwner } from './idle-owner.ts';

const MAX_BYTES = 5_000;

/** The broker's end of a connection: `push` is what it sends. */
class Socket extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.written.push(bytes);
    done();
  }
}

/** What a lane made of some bytes: messages it took, those it cut, the acknowledgements it was asked about, and the rest. */
interface Taken {
  readonly messages: unknown[];
  readonly oversized: number[];
  readonly pubacks: number[];
  readonly passed: Buffer;
  readonly error: string | null;
}

/** Send chunks through a lane. `holds` says after which messages its owner wants no more for a turn, again and again. */
async function through(chunks: readonly Buffer[], version: number, holds: readonly boolean[]): Promise<Taken> {
  const messages: unknown[] = [];
  const oversized: number[] = [];
  const pubacks: number[] = [];
  const socket = new Socket();
  const owner = idleOwner({
    onPublish(message) {
      messages.push(plain(message));
      const isHeld = holds[messages.length % holds.length] === true;
      if (isHeld) setImmediate(() => lane.readOn());
      return !isHeld;
    },
    onOversized: (packetId) => void oversized.push(packetId),
    onPuback({ packetId }) {
      pubacks.push(packetId);
      return packetId % 2 === 0;
    },
  });
  const lane = new PublishLane(socket, owner, { broker: 'b', version, topics: new TopicNames() }, MAX_BYTES);
  const passed: Buffer[] = [];
  lane.on('data', (bytes: Buffer) => passed.push(bytes));
  let error: string | null = null;
  lane.on('error', ({ message }) => (error = message));
  for (const chunk of chunks) socket.push(chunk);
  socket.push(null);
  await finished(lane, { writable: false }).catch(() => {});
  return { messages, oversized, pubacks, passed: Buffer.concat(passed), error };
}

function plain({
  topic,
  payload,
  qos,
  retained,
  duplicate,
  packetId,
  properties,
  identifiers,
}: InboundPublish): unknown {
  return {
    topic,
    payload: bytesOf(payload).toString('latin1'),
    flags: [qos, retained, duplicate, packetId],
    properties: properties === undefined ? undefined : { ...properties, user: Object.entries(properties.user ?? {}) },
    identifiers,
  };
}

/** The same of a packet as another reader knows it. */
function expected(packet: IPublishPacket, topic: string): unknown {
  const { payload, qos, retain, dup, messageId = 0, properties: found } = packet;
  const { messageExpiryInterval, contentType, responseTopic, correlationData, userProperties } = found ?? {};
  const known = {
    ...(messageExpiryInterval === undefined ? {} : { messageExpiry: messageExpiryInterval }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(userProperties === undefined ? {} : { user: 1 }),
  };
  const identifier = found?.subscriptionIdentifier;
  return {
    topic,
    payload: Buffer.from(payload as Buffer).toString('latin1'),
    flags: [qos, retain, dup, qos === 0 ? undefined : messageId],
    properties: Object.keys(known).length === 0 ? undefined : { ...known, user: Object.entries(userProperties ?? {}) },
    identifiers: identifier === undefined ? undefined : [identifier].flat(),
  };
}

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/[+#\0]/.test(text));
const packetId = fc.integer({ min: 1, max: 65_535 });
const properties = fc.record(
  {
    messageExpiryInterval: fc.nat(),
    contentType: word,
    responseTopic: word,
    correlationData: fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes)),
    userProperties: fc.dictionary(word, fc.oneof(word, fc.array(word, { minLength: 2, maxLength: 3 })), {
      minKeys: 1,
      maxKeys: 3,
    }),
    payloadFormatIndicator: fc.boolean(),
    subscriptionIdentifier: fc.oneof(
      fc.integer({ min: 1, max: 268_435_455 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 3 }),
    ),
    topicAlias: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);
const publish = fc
  .record({
    topic: word,
    payload: fc
      .oneof(
        { weight: 9, arbitrary: fc.uint8Array({ maxLength: 200 }) },
        fc.uint8Array({ minLength: 4_900, maxLength: 5_100 }),
      )
      .map((bytes) => Buffer.from(bytes)),
    qos: fc.constantFrom(0, 1, 2),
    retain: fc.boolean(),
    dup: fc.boolean(),
    messageId: packetId,
    properties: fc.option(properties, { nil: undefined }),
    isShort: fc.boolean(),
  })
  .map((packet) => ({ cmd: 'publish' as const, ...packet, dup: packet.dup && packet.qos > 0 }));
const answer = fc.oneof(
  packetId.map((messageId): Packet => ({ cmd: 'puback', messageId })),
  fc
    .tuple(fc.constantFrom('pubrec', 'pubrel', 'pubcomp'), packetId)
    .map(([cmd, messageId]): Packet => ({ cmd, messageId })),
  packetId.map((messageId): Packet => ({ cmd: 'suback', messageId, granted: [0, 1, 2] })),
  fc.constant<Packet>({ cmd: 'pingresp' }),
);

type Drawn =
  | Packet
  | (Omit<IPublishPacket, 'properties'> & { properties: IPublishPacket['properties']; isShort: boolean });

/** Packets as a broker sends them: an alias alone only where it has been given a topic. */
function asSent(packets: readonly Drawn[], version: number): Packet[] {
  const aliases = new Set<number>();
  return packets.map((drawn) => {
    const { isShort, ...packet } = { isShort: false, ...drawn } as Packet & { isShort: boolean }; // Drawn for that.
    if (packet.cmd !== 'publish' || version < 5) return packet;
    const alias = packet.properties?.topicAlias;
    if (alias === undefined) return packet;
    const isKnown = aliases.has(alias);
    aliases.add(alias);
    return isKnown && isShort ? { ...packet, topic: '' } : packet;
  });
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Without what only says how it was sent. */
function bare(packet: Packet): unknown {
  return JSON.parse(JSON.stringify({ ...packet, length: undefined }));
}

describe('whatever a broker sends, in whatever chunks', () => {
  test('messages of QoS 0 and 1 are taken as another reader reads them, and all else is passed on as it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: publish }, answer), { maxLength: 12 }),
        fc.constantFrom(4, 5),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
        async (drawn, version, sizes, holds) => {
          const packets = asSent(drawn, version);
          const frames = packets.map((packet) => generate(packet, { protocolVersion: version }));
          const taken = await through(cut(Buffer.concat(frames), sizes), version, holds);

          const topics = new Map<number, string>();
          const messages: unknown[] = [];
          const oversized: number[] = [];
          const rest: unknown[] = [];
          for (const frame of frames) {
            const [packet] = parsed(frame, version);
            if (packet === undefined) throw new Error('the other reader reads nothing');
            const isMessage = packet.cmd === 'publish';
            const alias = isMessage ? packet.properties?.topicAlias : undefined;
            const topic = isMessage ? packet.topic || (topics.get(alias ?? 0) ?? '') : '';
            const isOversized = isMessage && packet.qos < 2 && (packet.length ?? 0) > MAX_BYTES;
            if (alias !== undefined) topics.set(alias, topic);
            if (isOversized) oversized.push(packet.qos === 0 ? 0 : (packet.messageId ?? 0));
            else if (isMessage && packet.qos < 2) messages.push(expected(packet, topic));
            else if (packet.cmd !== 'puback' || (packet.messageId ?? 0) % 2 === 1)
              rest.push(bare(isMessage ? { ...packet, topic } : packet));
          }
          expect(taken.error).toBeNull();
          expect(taken.messages).toEqual(messages);
          expect(taken.oversized).toEqual(oversized);
          expect(parsed(taken.passed, version).map(bare)).toEqual(rest);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test('one message is the same at every place it can be split', async () => {
    const packet = {
      topic: 'häuser/1',
      payload: Buffer.from('{"a":1}'),
      qos: 1,
      retain: true,
      dup: true,
      messageId: 513,
    } as const;
    const extra = { contentType: 'json', userProperties: { a: ['1', '2'] } };
    const frame = generate({ cmd: 'publish', ...packet, properties: extra }, { protocolVersion: 5 });
    const whole = await through([frame, frame], 5, [false]);
    expect(whole.messages).toHaveLength(2);
    for (let at = 1; at < frame.length; at++) {
      expect(await through([frame, frame.subarray(0, at), frame.subarray(at)], 5, [false])).toEqual(whole);
      expect(await through([frame.subarray(0, at), Buffer.concat([frame.subarray(at), frame])], 5, [false])).toEqual(
        whole,
      );
    }
  });

  test('bytes that are no MQTT end the connection with a reason, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: publish }, answer), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(4, 5),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        async (drawn, version, changes, sizes) => {
          const packets = asSent(drawn, version);
          const bytes = Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion: version })));
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const { error, messages } = await through(cut(bytes, sizes), version, [false]);
          if (error !== null) expect(error).toMatch(/^the broker sent /);
          expect(messages.length).toBeLessThanOrEqual(bytes.length / 4);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  test.each([
    ['a message of QoS 3', Buffer.from([0x36, 4, 0, 1, 97, 0])],
    ['a message that is too short for a topic', Buffer.from([0x30, 1, 0])],
    ['a message that is shorter than its topic', Buffer.from([0x30, 3, 0, 9, 97])],
    ['a message without a packet id', Buffer.from([0x32, 6, 0, 1, 97, 0, 0, 0])],
    ['a message whose properties are longer than itself', Buffer.from([0x30, 4, 0, 1, 97, 9])],
    ['a message with property 35 twice', Buffer.from([0x30, 10, 0, 1, 97, 6, 35, 0, 1, 35, 0, 1])],
    ['a message with property 99, which it cannot have', Buffer.from([0x30, 5, 0, 1, 97, 1, 99])],
    ['topic alias 7, which stands for nothing', Buffer.from([0x30, 6, 0, 0, 3, 35, 0, 7])],
    ['the length of a packet takes more than four bytes', Buffer.from([0x30, 255, 255, 255, 255, 1])],
    ['a packet of 9000 bytes that is no message', Buffer.from([0x90, 0xa8, 0x46])],
    ['an acknowledgement of the wrong length', Buffer.from([0x40, 1, 0])],
  ])('says what is wrong: %s', async (fault, bytes) => {
    const good = generate(
      { cmd: 'publish', topic: 'a', payload: 'b', qos: 0, retain: false, dup: false },
      { protocolVersion: 5 },
    );
    const { error, messages } = await through([good, bytes, good], 5, [false]);
    expect(error).toContain(fault);
    expect(messages).toHaveLength(1);
  });
});

describe('what goes out', () => {
  test('in answer to a chunk is one write, in the order it was said', async () => {
    const socket = new Socket();
    const lane: PublishLane = new PublishLane(
      socket,
      idleOwner({
        onPublish({ packetId: id = 0 }) {
          lane.acknowledge([id]);
          lane.write(Buffer.from([0xc0, 0]));
          return true;
        },
      }),
      { broker: 'b', version: 5, topics: new TopicNames() },
      MAX_BYTES,
    );
    const frame = (messageId: number): Buffer =>
      generate(
        { cmd: 'publish', topic: 'a', payload: 'b', qos: 1, retain: false, dup: false, messageId },
        { protocolVersion: 5 },
      );
    socket.push(Buffer.concat([frame(1), frame(2)]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.written.map((bytes) => bytes.toString('hex'))).toEqual(['40020001c00040020002c000']);
  });

  test('of MQTT.js is not torn apart, though the socket takes no more', async () => {
    const written: Buffer[] = [];
    const taken: (() => void)[] = [];
    const socket = new Duplex({
      writableHighWaterMark: 1,
      read: () => {},
      write: (bytes: Buffer, _encoding, done) => {
        written.push(bytes);
        taken.push(done);
      },
    });
    const lane = new PublishLane(socket, idleOwner(), { broker: 'b', version: 5, topics: new TopicNames() }, MAX_BYTES);
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    lane.acknowledge([1]);
    await turn();
    for (const piece of [[0x50], [2], [0, 7]]) lane.write(Buffer.from(piece));
    lane.acknowledge([2]);
    for (let i = 0; i < 10; i++) {
      await turn();
      taken.shift()?.();
    }
    expect(Buffer.concat(written).toString('hex')).toBe('400200015002000740020002');
  });
});
