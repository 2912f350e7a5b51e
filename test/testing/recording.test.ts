import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonDelivery } from '../../src/testing/recording/json-delivery.ts';
import type { RecordedMessage } from '../../src/testing/recording/message.ts';
import { RecordingReader } from '../../src/testing/recording/reader.ts';
import { recordingLine } from '../../src/testing/recording/write-line.ts';
import { topicFault } from '../../src/core/topics/topic.ts';
import { runs } from '../property-runs.ts';
import { decodePayload } from '../../src/runtime/payload.ts';
import { bytesOf } from '../../src/runtime/payload-bytes.ts';

/** What a reader makes of a recording that comes in pieces. */
function read(pieces: readonly (string | Buffer)[]): { messages: RecordedMessage[]; bad: string[] } {
  const bad: string[] = [];
  const reader = new RecordingReader('default', ({ line, message }) => bad.push(`${line}: ${message}`));
  const messages = pieces.flatMap((piece) => [...reader.read(Buffer.from(piece))]);
  messages.push(...reader.end());
  return { messages, bad };
}

function payloadOf(line: string): string {
  return bytesOf(read([line]).messages[0]?.delivery.payload ?? Buffer.alloc(0)).toString();
}

const properties = fc.option(
  fc
    .dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1 })))
    .map((user) => ({ user: Object.assign(Object.create(null) as Record<string, string | string[]>, user) })),
  { nil: undefined },
);

const message: fc.Arbitrary<RecordedMessage> = fc.record({
  at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  delivery: fc.record({
    broker: fc.constantFrom('default', 'plant'),
    topic: fc.string({ minLength: 1, unit: 'grapheme' }).filter((topic) => topicFault(topic) === null),
    payload: fc.oneof(
      fc.uint8Array(),
      fc
        .constantFrom(
          '1.0',
          '-0',
          '1e3',
          '"ON"',
          ' 1',
          '{"a":1,"a":2}',
          '{"__proto__":1}',
          '12345678901234567890',
          '1e999',
          '{"all":[20,2e20,-1.5e-7]}',
          '[[[["deep"]]],{"b":{"c":null}}]',
        )
        .map((text) => Buffer.from(text)),
      fc.nat(100).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
      fc.json().map((text) => Buffer.from(text)),
      fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
    ),
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    retained: fc.boolean(),
    duplicate: fc.constant(false),
    properties,
  }),
});

describe('a recording', () => {
  test('reads back as what was written, to the byte, wherever the text is cut', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(500)), (messages, cuts) => {
        const sorted = messages.toSorted((a, b) => a.at - b.at);
        let rest = Buffer.from(sorted.map((one) => recordingLine(one, 'default')).join(''));
        const pieces = cuts.map((cut) => {
          const piece = rest.subarray(0, cut);
          rest = rest.subarray(cut);
          return piece;
        });
        const { messages: found, bad } = read([...pieces, rest]);
        expect(bad).toEqual([]);
        const bare = (all: readonly RecordedMessage[]): unknown[] =>
          all.map(({ at, delivery: { broker, topic, payload, qos, retained, duplicate, properties: user } }) => ({
            at,
            broker,
            topic,
            qos,
            retained,
            duplicate,
            properties: user,
            payload: bytesOf(payload).toString('latin1'),
          }));
        expect(bare(found)).toEqual(bare(sorted));
        for (const { delivery } of found) {
          if (!(delivery instanceof JsonDelivery)) continue;
          expect(decodePayload(delivery.payload, 'auto')).toEqual({ value: delivery.value, type: 'json' });
          expect(delivery.payload.length).toBeLessThanOrEqual(delivery.mostBytes);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  test('holds no more than a message has', () => {
    const delivery = { broker: 'default', topic: 'a', qos: 0, retained: false, duplicate: false } as const;
    const line = (payload: string | Buffer): string =>
      recordingLine(
        { at: 0, delivery: { ...delivery, payload: Buffer.from(payload), properties: undefined } },
        'default',
      );
    expect([line('ON'), line('25.5'), line('1.0'), line('"ON"'), line(Buffer.from([255])), line('')]).toEqual(
      ['"ON"', '25.5', '"1.0"', '"\\"ON\\""', '"/w==","base64":true', '""'].map(
        (payload) => `{"at":"1970-01-01T00:00:00.000Z","topic":"a","payload":${payload}}\n`,
      ),
    );
    const extra = { broker: 'plant', qos: 1, retained: true, payload: Buffer.from('1') } as const;
    const full = { ...delivery, ...extra, properties: { user: { u: ['v', 'w'] }, contentType: 'x' } };
    expect(recordingLine({ at: 1, delivery: full }, 'default')).toBe(
      '{"at":"1970-01-01T00:00:00.001Z","topic":"a","payload":1,"retain":true,"qos":1,"properties":{"u":["v","w"]},"broker":"plant"}\n',
    );
  });

  test.each([
    ['{"at":1,"topic":"a","payload":"{\\"x\\": 1}"}', '{"x": 1}'],
    ['{"at":1,"topic":"a","payload":{"x":1}}', '{"x":1}'],
    ['{"at":1,"topic":"a","payload":25.5}', '25.5'],
    ['{"at":1,"topic":"a","payload":null}', 'null'],
    ['{"at":1,"topic":"a","payload":true}', 'true'],
    ['{"at":1,"topic":"a"}', ''],
    ['{"at":1,"topic":"a","payload":"T04=","base64":true}', 'ON'],
  ])('%s has the payload %j', (line, payload) => {
    expect(payloadOf(line)).toBe(payload);
  });

  test.each([
    ['2026-11-20T10:00:00Z', Date.UTC(2026, 10, 20, 10)],
    ['2026-11-20T10:00:00.250+01:00', Date.UTC(2026, 10, 20, 9, 0, 0, 250)],
    ['2024-02-29T23:59Z', Date.UTC(2024, 1, 29, 23, 59)],
    ['2026-11-20T10:00:00.123456789-0130', Date.UTC(2026, 10, 20, 11, 30, 0, 123)],
    ['0000-01-01T00:00:00Z', -62_167_219_200_000],
    [1_763_632_800_000, 1_763_632_800_000],
    [-1, -1],
  ])('has the time %j', (at, ms) => {
    expect(read([JSON.stringify({ at, topic: 'a' })]).messages[0]?.at).toBe(ms);
  });

  test.each([
    ['x', /^1: not JSON: /],
    ['{"at":1,"topic":"a"', /^1: not JSON: /],
    ['{"at":1,"topic":"a"} {}', /^1: not JSON: /],
    ['[1]', /^1: a message is a mapping/],
    ['null', /^1: a message is a mapping/],
    ['{"at":1,"topic":"a","retained":true}', /^1: "retained" is not a key of a message. Did you mean "retain"\?/],
    ['{"at":1,"topic":"a","expect":1}', /^1: "expect" is not a key of a message. It has at, topic, payload,/],
    ['{"topic":"a"}', /^1: `at` is a time/],
    ['{"at":"2026-11-20","topic":"a"}', /^1: `at` is a time/],
    ['{"at":"2026-11-20T10:00:00","topic":"a"}', /^1: `at` is a time/],
    ['{"at":"2026-11-20 10:00:00Z","topic":"a"}', /^1: `at` is a time/],
    ['{"at":"2026-02-30T10:00:00Z","topic":"a"}', /^1: `at` is a time that exists/],
    ['{"at":"2026-11-20T24:00:00Z","topic":"a"}', /^1: `at` is a time/],
    ['{"at":"20 Nov 2026 10:00 UTC","topic":"a"}', /^1: `at` is a time/],
    ['{"at":"1","topic":"a"}', /^1: `at` is a time/],
    ['{"at":null,"topic":"a"}', /^1: `at` is a time/],
    ['{"at":1.5,"topic":"a"}', /^1: `at` is a time/],
    ['{"at":1e300,"topic":"a"}', /^1: `at` is a time/],
    ['{"at":253402300800000,"topic":"a"}', /^1: `at` is a time/],
    ['{"at":1}', /^1: `topic` is a text/],
    ['{"at":1,"topic":1}', /^1: `topic` is a text/],
    ['{"at":1,"topic":""}', /^1: no message has the topic "": it is empty/],
    ['{"at":1,"topic":"a/+"}', /^1: no message has the topic "a\/\+": it has a wildcard/],
    ['{"at":1,"topic":"a\\u0000"}', /^1: no message has the topic .*: it has a control character/],
    ['{"at":1,"topic":"\\ud800"}', /^1: no message has the topic .*: it is not valid Unicode/],
    ['{"at":1,"topic":"a","retain":1}', /^1: `retain` is true or false/],
    ['{"at":1,"topic":"a","qos":3}', /^1: `qos` is 0, 1 or 2/],
    ['{"at":1,"topic":"a","qos":"1"}', /^1: `qos` is 0, 1 or 2/],
    ['{"at":1,"topic":"a","payload":"\\ud800"}', /^1: `payload` is not valid Unicode/],
    ['{"at":1,"topic":"a","payload":"?","base64":true}', /^1: with `base64`/],
    ['{"at":1,"topic":"a","payload":"QQ","base64":true}', /^1: with `base64`/],
    ['{"at":1,"topic":"a","payload":1,"base64":true}', /^1: with `base64`/],
    ['{"at":1,"topic":"a","base64":1}', /^1: `base64` is true or false/],
    ['{"at":1,"topic":"a","properties":{"a":1}}', /^1: `properties` is a mapping/],
    ['{"at":1,"topic":"a","properties":[]}', /^1: `properties` is a mapping/],
    ['{"at":1,"topic":"a","broker":1}', /^1: `broker` is the name/],
  ])('is told that of %s: %s', (line, expected) => {
    expect(read([line]).bad).toEqual([expect.stringMatching(expected)]);
  });

  test('has no payload that is nested without end', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(read([`{"at":1,"topic":"a","payload":${deep}}`]).bad).toEqual(['1: `payload` is nested too deep']);
    const [message] = read([`{"at":1,"topic":"a","payload":"${deep}"}`]).messages;
    expect(message && payloadOf(recordingLine(message, 'default'))).toBe(deep);
  });

  test('goes on after a line that is no message, and after a time that goes back', () => {
    const { messages, bad } = read(['{"at":5,"topic":"a"}\n\nno\n{"at":4,"topic":"b"}\n{"at":5,"topic":"c"}']);
    expect(messages.map(({ delivery }) => delivery.topic)).toEqual(['a', 'c']);
    expect(bad).toEqual([
      expect.stringMatching(/^3: not JSON/),
      '4: times must not decrease: 1970-01-01T00:00:00.004Z comes after 1970-01-01T00:00:00.005Z',
    ]);
  });

  test('may have been written elsewhere: with a byte order mark, CRLF, and no line break at its end', () => {
    const { messages, bad } = read(['\ufeff{"at":1,"topic":"a"}\r\n\r\n{"at":2,"topic":"b"}']);
    expect(messages.map(({ delivery }) => delivery.topic)).toEqual(['a', 'b']);
    expect(bad).toEqual([]);
  });

  test('is UTF-8, line by line', () => {
    const bytes = Buffer.from('{"at":1,"topic":"é"}\n{"at":2,"topic":"?"}\n{"at":3,"topic":"ü"}\n');
    bytes[bytes.indexOf('?')] = 0xff;
    const { messages, bad } = read([bytes.subarray(0, 17), bytes.subarray(17)]);
    expect(messages.map(({ delivery }) => delivery.topic)).toEqual(['é', 'ü']);
    expect(bad).toEqual([expect.stringMatching(/^2: not UTF-8/)]);
  });

  test('does not keep a line without end', () => {
    const piece = Buffer.alloc(8 * 1024 * 1024, 'x');
    const pieces = Array.from({ length: 9 }, () => piece);
    const { messages, bad } = read(['{"at":1,"topic":"a"}\n', ...pieces, '\n{"at":2,"topic":"b"}', '\n', ...pieces]);
    expect(messages.map(({ delivery }) => delivery.topic)).toEqual(['a', 'b']);
    expect(bad).toEqual(['2: the line is longer than 64 MiB', '4: the line is longer than 64 MiB']);
  });

  test('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), (lines) => {
        const { messages, bad } = read([lines.join('\n')]);
        const written = lines
          .join('\n')
          .split('\n')
          .map((line, i) => (i === 0 ? line.replace(/^\ufeff/, '') : line));
        expect(messages.length + bad.length).toBe(written.filter((line) => line.trim() !== '').length);
      }),
      { numRuns: runs(200) },
    );
  });
});
