import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CODECS, UNDECODABLE, type Codec } from '../../src/core/event.ts';
import { decodePayload, PAYLOAD_TYPES } from '../../src/runtime/payload.ts';
import { runs } from '../property-runs.ts';

const BINARY = Buffer.from([0xff, 0xfe, 0x00]);
const BOM = '\uFEFF';

/** What a payload is to a codec: its type, and its value where it has one. */
function decoded(payload: string | Uint8Array, codec: Codec): unknown {
  const { value, type } = decodePayload(Buffer.from(payload), codec);
  return value === UNDECODABLE ? type : [type, value];
}

describe('a payload', () => {
  test.each<[Codec, string | Uint8Array, unknown]>([
    ['auto', '', ['empty', '']],
    ['auto', '25.5', ['json', 25.5]],
    ['auto', '-0.36', ['json', -0.36]],
    ['auto', ' 21 \n', ['json', 21]],
    ['auto', 'ON', ['text', 'ON']],
    ['auto', 'true', ['json', true]],
    ['auto', 'true\n', ['json', true]],
    ['auto', 'trueish', ['text', 'trueish']],
    ['auto', 'null', ['json', null]],
    ['auto', '"ON"', ['json', 'ON']],
    ['auto', '"ON', ['text', '"ON']],
    ['auto', 'nan', ['text', 'nan']],
    ['auto', 'NaN', ['text', 'NaN']],
    ['auto', '-', ['text', '-']],
    ['auto', '+5', ['text', '+5']],
    ['auto', '05', ['text', '05']],
    ['auto', '12:30', ['text', '12:30']],
    ['auto', '1e999', ['json', null]],
    ['auto', '-1e999', ['json', null]],
    ['auto', '{"a":1}', ['json', { a: 1 }]],
    ['auto', '{"a":1,"a":2}', ['json', { a: 2 }]],
    ['auto', '{"a":', ['broken_json', '{"a":']],
    ['auto', '{"a":NaN}', ['broken_json', '{"a":NaN}']],
    ['auto', '[1,2,]', ['broken_json', '[1,2,]']],
    ['auto', BOM, ['text', BOM]],
    ['auto', '\0', ['text', '\0']],
    ['auto', BINARY, 'binary'],
    ['auto', Buffer.from([0xed, 0xa0, 0x80]), 'binary'],
    ['json', '{"a":1}', ['json', { a: 1 }]],
    ['json', '', 'empty'],
    ['json', 'ON', 'broken_json'],
    ['json', '{"a":', 'broken_json'],
    ['json', BINARY, 'binary'],
    ['text', '{"a":1}', ['text', '{"a":1}']],
    ['text', '25', ['text', '25']],
    ['text', '', ['empty', '']],
    ['text', BINARY, 'binary'],
    ['number', '21.5', ['number', 21.5]],
    ['number', ' 21.5\r\n', ['number', 21.5]],
    ['number', '+5', ['number', 5]],
    ['number', '1e3', ['number', 1000]],
    ['number', '', 'empty'],
    ['number', 'nan', 'invalid'],
    ['number', 'Infinity', 'invalid'],
    ['number', '1e999', 'invalid'],
    ['number', '0x10', 'invalid'],
    ['number', '21.5 °C', 'invalid'],
    ['number', '9'.repeat(5000), 'invalid'],
    ['number', BINARY, 'invalid'],
    ['base64', BINARY, ['base64', '//4A']],
    ['base64', '', ['base64', '']],
    ['cbor', Buffer.from([0xa1, 0x61, 0x61, 0x01]), ['cbor', { a: 1 }]],
    ['cbor', '', 'empty'],
    ['cbor', Buffer.from([0x9a, 0xff, 0xff, 0xff, 0xff]), 'invalid'],
    ['msgpack', Buffer.from([0x81, 0xa1, 0x61, 0x01]), ['msgpack', { a: 1 }]],
    ['msgpack', '', 'empty'],
    ['msgpack', Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]), 'invalid'],
  ])('read as %s: %j', (codec, payload, expected) => {
    expect(decoded(payload, codec)).toEqual(expected);
  });

  test('may be nested as deeply as the limit, in every codec that nests', () => {
    const json = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    const binary = (depth: number, list: number, empty: number): Buffer =>
      Buffer.concat([Buffer.alloc(depth - 1, list), Buffer.from([empty])]);
    for (const codec of ['auto', 'json'] as const) {
      expect(decoded(json(32), codec)).toEqual(['json', expect.anything()]);
      expect(decoded(json(33), codec)).toBe('too_deep');
      expect(decoded(json(100_000), codec)).toBe('too_deep');
    }
    expect(decoded(binary(32, 0x81, 0x80), 'cbor')).toEqual(['cbor', expect.anything()]);
    expect(decoded(binary(33, 0x81, 0x80), 'cbor')).toBe('too_deep');
    expect(decoded(binary(32, 0x91, 0x90), 'msgpack')).toEqual(['msgpack', expect.anything()]);
    expect(decoded(binary(33, 0x91, 0x90), 'msgpack')).toBe('too_deep');
  });

  test('with brackets in its texts is not deep', () => {
    const text = '['.repeat(100);
    expect(decoded(JSON.stringify({ text }), 'auto')).toEqual(['json', { text }]);
  });

  test('keeps a key called __proto__ as a key', () => {
    const { value } = decodePayload(Buffer.from('{"__proto__":{"on":true}}'), 'auto');
    expect(Object.entries(value as object)).toEqual([['__proto__', { on: true }]]);
    expect((value as { on?: unknown }).on).toBeUndefined();
  });

  test('is read where it lies in a larger buffer', () => {
    const bytes = new Uint8Array(Buffer.from('xx[1]xx')).subarray(2, 5);
    expect(decodePayload(bytes, 'auto')).toEqual({ value: [1], type: 'json' });
  });

  test('never throws, whatever it is, and is plain JSON data or undecodable', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().chain((text) => fc.nat(text.length).map((end) => Buffer.from(text.slice(0, end)))),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom(...CODECS), (payload, codec) => {
        const { value, type } = decodePayload(payload, codec);
        expect(PAYLOAD_TYPES).toContain(type);
        if (value === UNDECODABLE) return;
        const text = JSON.stringify(value);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
      { numRuns: runs(2000) },
    );
  });

  test('that is JSON is what JSON.parse says', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(decoded(text, 'auto')).toEqual(['json', JSON.parse(text)]);
        expect(decoded(text, 'json')).toEqual(['json', JSON.parse(text)]);
      }),
      { numRuns: runs(500) },
    );
  });
});
