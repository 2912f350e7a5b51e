import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordingReader, recordingLine, type RecordedMessage } from '../../src/testing/recording.ts';
import { runs } from '../property-runs.ts';

/** What a reader makes of a text that comes in pieces. */
function read(pieces: readonly string[]): { messages: RecordedMessage[]; bad: string[] } {
  const messages: RecordedMessage[] = [];
  const bad: string[] = [];
  const reader = new RecordingReader(
    'default',
    (message) => messages.push(message),
    ({ line, message }) => bad.push(`${line}: ${message}`),
  );
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { messages, bad };
}

function payloadOf(line: string): string {
  return Buffer.from(read([line]).messages[0]?.delivery.payload ?? []).toString();
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
    topic: fc.string({ minLength: 1, unit: 'grapheme' }),
    payload: fc.oneof(
      fc.uint8Array(),
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
        let rest = sorted.map((one) => recordingLine(one, 'default')).join('');
        const pieces = cuts.map((cut) => {
          const piece = rest.slice(0, cut);
          rest = rest.slice(cut);
          return piece;
        });
        const { messages: found, bad } = read([...pieces, rest]);
        expect(bad).toEqual([]);
        const bare = (all: readonly RecordedMessage[]): unknown[] =>
          all.map(({ at, delivery }) => ({ at, ...delivery, payload: [...delivery.payload] }));
        expect(bare(found)).toEqual(bare(sorted));
      }),
      { numRuns: runs(200) },
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
    [1_763_632_800_000, 1_763_632_800_000],
  ])('has the time %j', (at, ms) => {
    expect(read([JSON.stringify({ at, topic: 'a' })]).messages[0]?.at).toBe(ms);
  });

  test.each([
    ['x', /^1: not JSON: /],
    ['[1]', /^1: a message is a mapping/],
    ['{"at":1,"topic":"a","retained":true}', /^1: "retained" is not a key of a message: at, topic,/],
    ['{"topic":"a"}', /^1: `at` is a time/],
    ['{"at":"2026-11-20","topic":"a"}', /^1: `at` is a time/],
    ['{"at":"2026-11-20T10:00:00","topic":"a"}', /^1: `at` is a time/],
    ['{"at":1.5,"topic":"a"}', /^1: `at` is a time/],
    ['{"at":1e300,"topic":"a"}', /^1: `at` is a time/],
    ['{"at":1}', /^1: `topic` is a text/],
    ['{"at":1,"topic":""}', /^1: `topic` is a text/],
    ['{"at":1,"topic":"a","retain":1}', /^1: `retain` is true or false/],
    ['{"at":1,"topic":"a","qos":3}', /^1: `qos` is 0, 1 or 2/],
    ['{"at":1,"topic":"a","payload":"?","base64":true}', /^1: with `base64`/],
    ['{"at":1,"topic":"a","properties":{"a":1}}', /^1: `properties` is a mapping/],
    ['{"at":1,"topic":"a","broker":1}', /^1: `broker` is the name/],
  ])('is told that of %s: %s', (line, expected) => {
    expect(read([line]).bad).toEqual([expect.stringMatching(expected)]);
  });

  test('goes on after a line that is no message, and after a time that goes back', () => {
    const { messages, bad } = read(['{"at":5,"topic":"a"}\n\nno\n{"at":4,"topic":"b"}\n{"at":5,"topic":"c"}']);
    expect(messages.map(({ delivery }) => delivery.topic)).toEqual(['a', 'c']);
    expect(bad).toEqual([
      expect.stringMatching(/^3: not JSON/),
      '4: times must not decrease: 1970-01-01T00:00:00.004Z comes after 1970-01-01T00:00:00.005Z',
    ]);
  });

  test('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), (lines) => {
        const { messages, bad } = read([lines.join('\n')]);
        expect(messages.length + bad.length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: runs(200) },
    );
  });
});
