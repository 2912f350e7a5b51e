import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonForms } from '../../../src/runtime/codec/json-forms.ts';
import { runs } from '../../property-runs.ts';

/** Reads texts one after the other, each between others in one chunk; what JSON.parse had to read is `parsed`. */
class Reading {
  readonly #forms = new JsonForms();
  parsed = 0;

  read(text: string, behind = '}1,"a":2}'): unknown {
    const bytes = Buffer.from(text);
    const chunk = Buffer.concat([Buffer.from('{"a":1'), bytes, Buffer.from(behind)]);
    const known = this.#forms.read(chunk, 6, 6 + bytes.length);
    if (known !== undefined) return known;
    this.parsed++;
    const value: unknown = JSON.parse(text);
    this.#forms.missed(chunk, 6, text, value);
    return value;
  }
}

/** The same, and in the same order: -0 is not 0. */
function expectSame(value: unknown, text: string): void {
  const parsed: unknown = JSON.parse(text);
  expect(isDeepStrictEqual(value, parsed)).toBe(true);
  expect(JSON.stringify(value)).toBe(JSON.stringify(parsed));
}

test('objects that are alike are read by what they were like', () => {
  const reading = new Reading();
  for (let i = 0; i < 100; i++) {
    const text = `{"state": "${i % 2 === 0 ? 'ON' : 'OFF'}", "level": ${i}, "mean": ${i / 8}, "hot": ${i > 50}, "since": null}`;
    expectSame(reading.read(text), text);
  }
  expect(reading.parsed).toBe(1);
});

test('each is its own: a change of one is none of another', () => {
  const reading = new Reading();
  reading.read('{"a":1,"b":"x"}');
  const one = reading.read('{"a":2,"b":"y"}') as Record<string, unknown>;
  one['a'] = 7;
  one['c'] = 1;
  expect(reading.read('{"a":3,"b":"y"}')).toEqual({ a: 3, b: 'y' });
  expect(reading.parsed).toBe(1);
});

test('several forms that begin alike are all known, the latest of very many', () => {
  const reading = new Reading();
  const texts = [2, 3, 4, 5].map((count) => `{${Array.from({ length: count }, (_, i) => `"key${i}":1`).join(',')}}`);
  for (let i = 0; i < 64; i++) for (const text of texts) reading.read(text);
  const { parsed } = reading;
  expect(parsed).toBeLessThan(20);
  for (const text of texts) expectSame(reading.read(text), text);
  expect(reading.parsed).toBe(parsed);
  for (let i = 0; i < 5000; i++) reading.read(`{"key0":1,"other${i}":1}`);
  const text = '{"key0":1,"late":2}';
  for (let i = 0; i < 2000; i++) reading.read(text);
  expect(reading.parsed - parsed - 5000).toBeLessThanOrEqual(1024);
});

describe('what JSON.parse is to read', () => {
  test.each([
    [
      'numbers that a sum of digits is not exact for',
      '12345678901234567',
      '0.1234567890123456',
      '1e5',
      '1E-3',
      '1e999',
    ],
    ['texts with more than plain ASCII', '"é"', '"a\\n"', '"\\u0041"', '"\\ud800"', '"😀"', `"${'x'.repeat(100)}"`],
    ['lists and objects', '[1]', '{}', '{"b":1}', '[]'],
  ])('%s', (_, ...values) => {
    const reading = new Reading();
    for (let i = 0; i < 8; i++) reading.read('{"a":1,"b":2}');
    for (const value of values) {
      for (const text of [`{"a":${value},"b":2}`, `{"a":1,"b":${value}}`]) expectSame(reading.read(text), text);
    }
    expect(reading.parsed).toBe(1 + 2 * values.length);
  });

  test.each(['{"a":1,"a":2}', '{"__proto__":1,"a":2}', '{"b":1,"2":1,"1":2}', '{}', '{"é":1}'])('%s', (text) => {
    const reading = new Reading();
    for (let i = 0; i < 9; i++) expectSame(reading.read(text), text);
    expect(reading.parsed).toBe(9);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });
});

test.each([
  '{"a":01}',
  '{"a":1.}',
  '{"a":.5}',
  '{"a":-}',
  '{"a":- 1}',
  '{"a":+1}',
  '{"a":tru}',
  '{"a":trux}',
  '{"a":falsy}',
  '{"a":nul}',
  '{"a":"x}',
  '{"a":1',
  '{"a":1}}',
  '{"a":1},',
  '{"a":}',
  '{"a"',
  '{',
  '{"a":1,}',
  '{"a":"\t"}',
])('no JSON is taken for some: %s', (text) => {
  for (const behind of ['', '}', '"}', '1}', 'e}', ':1}']) {
    const reading = new Reading();
    for (const known of ['{"a":1}', '{"a":true}', '{"a":"x"}']) reading.read(known);
    expect(() => reading.read(text, behind)).toThrow(SyntaxError);
  }
});

describe('what is read is what JSON.parse reads', () => {
  const number = fc.oneof(
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc.tuple(fc.boolean(), fc.nat(), fc.stringMatching(/^\d{0,14}$/)).map(([isNegative, whole, decimals]) => {
      return `${isNegative ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`;
    }),
    fc.constantFrom('0', '-0', '-0.0', '0.5', '100', '1e3', '0.1', '999999999999999', '9007199254740993'),
  );
  const value = fc.oneof(
    { weight: 8, arbitrary: number },
    { weight: 8, arbitrary: fc.constantFrom('true', 'false', 'null', '"ON"', '"OFF"', '""') },
    { weight: 1, arbitrary: fc.constantFrom('[1]', '{"x":1}') },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text)) },
  );
  const space = fc.constantFrom('', '', '', ' ', '  ', '\n');
  const key = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'temperature', 'humidity', 'state', 'on') },
    { weight: 1, arbitrary: fc.constantFrom('1', '0', '__proto__', 'constructor', 'a"b') },
    { weight: 1, arbitrary: fc.string() },
  );

  test('whatever it was like before', () => {
    const form = fc.record({
      keys: fc.array(key, { maxLength: 5 }),
      spaces: fc.array(space, { minLength: 4, maxLength: 4 }),
    });
    const messages = fc.tuple(
      fc.array(form, { minLength: 1, maxLength: 4 }),
      fc.array(fc.record({ form: fc.nat(3), values: fc.array(value, { minLength: 5, maxLength: 5 }) }), {
        maxLength: 30,
      }),
    );
    let [known, all] = [0, 0];
    fc.assert(
      fc.property(messages, ([forms, sent]) => {
        const reading = new Reading();
        for (const { form, values } of sent) {
          const { keys, spaces } = forms[form % forms.length] ?? { keys: [], spaces: [] };
          const [a, b, c, d] = spaces;
          const inside = keys.map((name, i) => `${a}${JSON.stringify(name)}${b}:${c}${values[i]}${d}`).join(',');
          expectSame(reading.read(`{${inside}}`), `{${inside}}`);
        }
        known += sent.length - reading.parsed;
        all += sent.length;
      }),
      { numRuns: runs(2000) },
    );
    expect(known / all).toBeGreaterThan(0.05);
  });

  test('and what is none is none, wherever a byte is another', () => {
    const text = '{"a": 12.5, "on":true,"b":"ON","c":null ,"d":false}';
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 0, max: 127 }), fc.nat(2), (place, code, kind) => {
        const reading = new Reading();
        reading.read(text);
        const other = String.fromCharCode(code);
        const mutant = text.slice(0, place) + (kind === 0 ? '' : other) + text.slice(kind === 1 ? place : place + 1);
        let parsed: unknown;
        try {
          parsed = JSON.parse(mutant);
        } catch {
          expect(() => reading.read(mutant)).toThrow(SyntaxError);
          return;
        }
        expect(isDeepStrictEqual(reading.read(mutant), parsed)).toBe(true);
      }),
      { numRuns: runs(3000) },
    );
  });
});
