import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import {
  connackFrame,
  connectFrame,
  type Frame,
  FrameReader,
  grant,
  KIND,
  PINGRESP,
  publishFrame,
  pubackFrames,
  readPublish,
  subscribeFrame,
  type Version,
  versionOf,
} from '../../bench/job/frames.ts';
import { FIRST_SEQUENCE } from '../../bench/job/ledger.ts';
import { Messages } from '../../bench/job/messages.ts';
import { parsed } from '../peers/parsed.ts';
import { runs } from '../property-runs.ts';

const versions: readonly Version[] = [4, 5];
const version = fc.constantFrom(...versions);
const qos = fc.constantFrom<0 | 1>(0, 1);
const topic = fc.stringMatching(/^[a-z]{1,12}(\/[a-zäß0-9-]{1,40}){0,4}$/);
const payload = fc.string({ maxLength: 20_000 });
const packetId = fc.integer({ min: 1, max: 65_535 });

/** What the reader makes of bytes that come in pieces. */
function read(pieces: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader();
  for (const piece of pieces) reader.push(piece, (frame) => frames.push({ ...frame, body: Buffer.from(frame.body) }));
  return frames;
}

describe('what the load generator writes is what mqtt-packet reads', () => {
  test('messages', () => {
    fc.assert(
      fc.property(version, topic, payload, qos, packetId, (version, topic, payload, qos, packetId) => {
        const [packet] = parsed(publishFrame(version, topic, payload, qos, packetId), version);
        expect(packet).toMatchObject({ cmd: 'publish', topic, qos, retain: false, dup: false });
        expect(packet?.cmd === 'publish' && packet.payload.toString()).toBe(payload);
        expect(packet?.messageId).toBe(qos === 0 ? undefined : packetId);
      }),
      { numRuns: runs(500) },
    );
  });

  test.each(versions)('everything else, in version %s', (version) => {
    const [connect] = parsed(connectFrame(version, 'a client'), version);
    expect(connect).toMatchObject({
      cmd: 'connect',
      protocolVersion: version,
      clientId: 'a client',
      clean: true,
      keepalive: 0,
    });
    const [subscribe] = parsed(subscribeFrame(version, 515, 'a/+/b', 1), version);
    expect(subscribe).toMatchObject({ cmd: 'subscribe', messageId: 515, subscriptions: [{ topic: 'a/+/b', qos: 1 }] });
    const [connack] = parsed(connackFrame(version), version);
    expect(connack).toMatchObject({
      cmd: 'connack',
      sessionPresent: false,
      [version === 5 ? 'reasonCode' : 'returnCode']: 0,
    });
    expect(parsed(pubackFrames([515]), version)[0]).toMatchObject({ cmd: 'puback', messageId: 515 });
    expect(parsed(PINGRESP, version)[0]).toMatchObject({ cmd: 'pingresp' });
  });

  test.each(versions)('the blocks of a run, in version %s', (version) => {
    const messages = new Messages(version, 1, 3);
    const blocks: Buffer[] = [];
    for (let n = 0; n < 2_000; n++) {
      const full = messages.add(n, n % 10 === 0);
      if (full !== null) blocks.push(full);
    }
    const rest = messages.take();
    const packets = parsed(Buffer.concat([...blocks, rest ?? Buffer.alloc(0)]), version);
    expect(packets.length).toBe(2_000);
    for (const [n, packet] of packets.entries()) {
      if (packet.cmd !== 'publish') throw new Error(packet.cmd);
      expect(packet).toMatchObject({
        topic: `sensors/sensor-${(n * 61_813) % 3}/temperature`,
        qos: 1,
        messageId: n + 1,
      });
      const { temperature, seq } = JSON.parse(packet.payload.toString());
      expect(seq).toBe(FIRST_SEQUENCE + n);
      expect(temperature > 30).toBe(n % 10 === 0);
    }
  });
});

describe('what mqtt-packet writes is what the load generator reads', () => {
  test('messages, with properties, however the bytes are cut', () => {
    const message = fc.record({ topic, payload, qos, packetId, note: fc.option(fc.string({ maxLength: 200 })) });
    fc.assert(
      fc.property(
        version,
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (version, messages, cuts) => {
          const bytes = Buffer.concat(
            messages.map(({ topic, payload, qos, packetId, note }) =>
              generate(
                {
                  cmd: 'publish',
                  topic,
                  payload,
                  qos,
                  messageId: packetId,
                  dup: false,
                  retain: false,
                  ...(version === 5 && note !== null ? { properties: { userProperties: { note } } } : {}),
                },
                { protocolVersion: version },
              ),
            ),
          );
          const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
          const frames = read(places.slice(1).map((place, i) => bytes.subarray(places[i], place)));
          const found = frames.map((frame) => {
            const { topic, packetId, payload } = readPublish(frame, version);
            return { topic: topic.toString(), packetId, payload: payload.toString() };
          });
          expect(found).toEqual(
            messages.map(({ topic, payload, qos, packetId }) => ({
              topic,
              packetId: qos === 0 ? 0 : packetId,
              payload,
            })),
          );
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test.each(versions)('CONNECT and SUBSCRIBE in version %s, and the broker grants what is asked', (version) => {
    const options = { protocolVersion: version };
    const connect = generate(
      { cmd: 'connect', protocolId: 'MQTT', protocolVersion: version, clean: true, clientId: 'x', keepalive: 60 },
      options,
    );
    const subscriptions = [
      { topic: 'sensors/+/temperature', qos: 1 as const },
      { topic: 'b/#', qos: 0 as const },
    ];
    const subscribe = generate({ cmd: 'subscribe', messageId: 7, subscriptions }, options);
    const [first, second] = read([Buffer.concat([connect, subscribe])]);
    if (first === undefined || second === undefined) throw new Error('two packets were expected');
    expect([first.kind, second.kind]).toEqual([KIND.connect, KIND.subscribe]);
    expect(versionOf(first)).toBe(version);
    const { suback, filters } = grant(second, version);
    expect(filters).toEqual(['sensors/+/temperature', 'b/#']);
    expect(parsed(suback, version)[0]).toMatchObject({ cmd: 'suback', messageId: 7, granted: [1, 0] });
  });
});
