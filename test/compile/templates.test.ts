import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Player } from '../../src/testing/play.ts';
import { runs } from '../property-runs.ts';

/** What goes out for a payload template and a message, or why nothing does. */
function rendered(template: unknown, payload: unknown, more: Record<string, unknown> = {}): string {
  const rule = {
    id: 'r',
    on: 'a/+x/#rest',
    publish: { topic: 't', payload: template, ...more },
    on_error: { log: '${error}' },
  };
  const player = new Player(JSON.stringify({ vars: { list: [1, 'zwei'], site: 'north/1' }, rules: [rule] }));
  const [effect] = player.send({ topic: 'a/b/c/d', payload });
  if (effect === undefined) return 'nothing';
  if (effect.type === 'publish') return effect.payload;
  return effect.type === 'log' ? `error: ${effect.message}` : effect.type;
}

describe('a payload', () => {
  test.each<[unknown, unknown, string]>([
    // A text goes out as text.
    ['ON', {}, 'ON'],
    ['', {}, ''],
    ['${v}', { v: 'a "quoted" text\n' }, 'a "quoted" text\n'],
    ['${v}', { v: 25.5 }, '25.5'],
    ['${v}', { v: true }, 'true'],
    ['${v}', { v: [1, { a: 'b' }] }, '[1,{"a":"b"}]'],
    ['${v} °C in ${x}', { v: 25.5 }, '25.5 °C in b'],
    ['${payload}', 25.5, '25.5'],
    ['${payload}', 'ON', 'ON'],
    ['${v}', {}, 'error: ${v} in the payload is unknown'],
    ['${v}', { v: null }, 'error: ${v} in the payload is unknown'],
    ['${v ?? "n/a"}', {}, 'n/a'],
    ['${v ?? ""}', {}, ''],
    ['$${v}', { v: 1 }, '${v}'],
    ['$${v} is ${v}', { v: 1 }, '${v} is 1'],
    ['{ "v": ${v} }', { v: 1 }, '{ "v": 1 }'],
    ['${"}" + v}', { v: 1 }, 'error: ${"}" + v} in the payload is unknown'],
    ["${v == 1 ? '}' : '{'}", { v: 1 }, '}'],
    // Other values go out as their text.
    [1, {}, '1'],
    [-0.5, {}, '-0.5'],
    [true, {}, 'true'],
    // A list or mapping goes out as JSON, and keeps the types of values.
    [{ v: '${v}' }, { v: 25.5 }, '{"v":25.5}'],
    [{ v: '${v}' }, { v: '25.5' }, '{"v":"25.5"}'],
    [{ v: '${v}' }, { v: [true, null] }, '{"v":[true,null]}'],
    [{ v: '${v} °C' }, { v: 25.5 }, '{"v":"25.5 °C"}'],
    [{ v: '${v}' }, {}, 'error: ${v} in the payload is unknown'],
    [{ v: null, w: false, x: 1.5, y: 'text' }, {}, '{"v":null,"w":false,"x":1.5,"y":"text"}'],
    [['${v}', ['${v + 1}']], { v: 1 }, '[1,[2]]'],
    [[], {}, '[]'],
    [{}, {}, '{}'],
    [{ v: '$${v}' }, { v: 1 }, '{"v":"${v}"}'],
    // What is exactly `${… ?? omit}` can be left out.
    [{ a: 1, v: '${v ?? omit}', z: 2 }, {}, '{"a":1,"z":2}'],
    [{ v: '${v ?? omit}' }, {}, '{}'],
    [{ v: '${v ?? omit}' }, { v: 0 }, '{"v":0}'],
    [['${v ?? omit}', 1, '${w ?? omit}'], { w: 2 }, '[1,2]'],
    [{ in: { v: '${v ?? omit}' } }, {}, '{"in":{}}'],
    // What is exactly `${… ?? null}` is null.
    [{ v: '${v ?? null}', w: ['${w ?? null}'] }, {}, '{"v":null,"w":[null]}'],
    [{ v: '${v ?? w ?? null}' }, {}, '{"v":null}'],
    [{ v: '${v ?? w ?? null}' }, { w: 1 }, '{"v":1}'],
    [{ v: '${v ?? null}!' }, {}, 'error: ${v ?? null} in the payload is unknown'],
    ['${v ?? null}', {}, 'error: ${v ?? null} in the payload is unknown'],
    // `...` spreads a mapping; what comes later wins.
    [{ '...': '${payload}', b: 9 }, { a: 1, b: 2 }, '{"a":1,"b":9}'],
    [{ b: 9, '...': '${payload}' }, { a: 1, b: 2 }, '{"b":2,"a":1}'],
    [{ '...': '${payload.in}', c: '${c ?? omit}' }, { in: { a: [1] } }, '{"a":[1]}'],
    [{ a: '${c ?? omit}', '...': '${payload}' }, { a: 1 }, '{"a":1}'],
    [{ '...': '${payload}', a: '${c ?? omit}' }, { a: 1 }, '{"a":1}'],
    [{ '...': '${payload}' }, {}, '{}'],
    [{ '...': '${v ?? omit}', a: 1 }, {}, '{"a":1}'],
    [{ '...': '${v ?? omit}', a: 1 }, { v: { b: 2 } }, '{"b":2,"a":1}'],
    [{ '...': '${v}' }, {}, 'error: ${v} in the payload is unknown'],
    [{ '...': '${payload}' }, 25.5, 'error: ${payload} in the payload is not a mapping'],
    [{ '...': '${payload}' }, [1], 'error: ${payload} in the payload is not a mapping'],
    [{ '...': '${payload}' }, '{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
    // Names.
    [
      { x: '${x}', rest: '${rest}', topic: '${topic}', rule: '${rule}' },
      {},
      '{"x":"b","rest":"c/d","topic":"a/b/c/d","rule":"r"}',
    ],
    [{ list: '${list}', second: '${list[1]}' }, {}, '{"list":[1,"zwei"],"second":"zwei"}'],
    // Numbers that nothing can hold never leave.
    [{ v: '${payload.v}' }, '{"v":1e999}', 'error: ${payload.v} in the payload is unknown'],
    [{ v: '${payload.v / 0}' }, { v: 1 }, 'error: ${payload.v / 0} in the payload is unknown'],
    [{ v: '${payload}' }, '{"v":1e999}', '{"v":{"v":null}}'],
    ['${payload}', '1e999', 'error: ${payload} in the payload is unknown'],
    // Data is never expanded.
    ['${v}', { v: '${x}' }, '${x}'],
    [{ v: '${v}', w: 'is ${v}' }, { v: '${x} $${y} "' }, '{"v":"${x} $${y} \\"","w":"is ${x} $${y} \\""}'],
    [{ '...': '${payload}' }, { '${x}': '${x}', '...': 1 }, '{"${x}":"${x}","...":1}'],
  ])('%j of %j is %s', (template, payload, expected) => {
    expect(rendered(template, payload)).toBe(expected);
  });

  test('that is left out is empty', () => {
    const [effect] = new Player('{ id: r, on: a, publish: { topic: t } }').send({ topic: 'a' });
    expect(effect).toMatchObject({ payload: '' });
  });

  test('that is too large is refused and counted', () => {
    const player = new Player(
      '{ id: r, on: a, publish: { topic: t, payload: "${payload}${payload}" }, on_error: { log: "${error}" } }',
    );
    expect(player.send({ topic: 'a', payload: 'x'.repeat(131_072) })).toMatchObject([{ type: 'publish' }]);
    for (const payload of ['x'.repeat(131_073), '€'.repeat(43_691), '\u{1F600}'.repeat(32_769)]) {
      expect(player.send({ topic: 'a', payload })).toMatchObject([
        { message: 'the payload is larger than 262144 bytes' },
      ]);
    }
    expect(player.machine.tallyOf('r')?.errors.too_large).toBe(3);
  });

  test('is what putting the data in by hand gives, and valid JSON, for any data', () => {
    const data = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });
    const hostile = fc.constantFrom('__proto__', 'constructor', '${v}', '"', '\\', '\u2028', '\uD800', '', '...');
    const mapping = fc
      .array(fc.tuple(fc.oneof(hostile, fc.string()), data))
      .map((entries) => Object.fromEntries(entries));
    const template = {
      fixed: 'text "\\ ${v}'.replace(' ${v}', ''),
      v: '${payload.v ?? omit}',
      list: ['${payload.v ?? 0}', 'is ${payload.text}'],
      in: { '...': '${payload.m}', last: true },
    };
    fc.assert(
      fc.property(data, fc.string({ unit: 'binary' }), mapping, (v, text, m) => {
        const byHand = {
          fixed: template.fixed,
          ...(v === null ? {} : { v }),
          list: [v ?? 0, `is ${text}`],
          in: Object.fromEntries([...Object.entries(m).filter(([key]) => key !== 'last'), ['last', true]]),
        };
        const out = JSON.parse(rendered(template, JSON.stringify({ v, text, m }))) as unknown;
        expect(out).toEqual(JSON.parse(JSON.stringify(byHand)));
      }),
      { numRuns: runs(300) },
    );
  });
});

test('a log message that is too long is refused and counted', () => {
  const player = new Player('{ id: r, on: a, log: "${payload}", on_error: { log: "${error}" } }');
  expect(player.send({ topic: 'a', payload: 'x'.repeat(65_536) })).toMatchObject([{ message: 'x'.repeat(65_536) }]);
  expect(player.send({ topic: 'a', payload: 'x'.repeat(65_537) })).toMatchObject([
    { message: 'the log message is longer than 65536 characters' },
  ]);
  expect(player.machine.tallyOf('r')?.errors.too_large).toBe(1);
});
