import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

/** The problems of a rule with these keys, as `severity code`. */
function codes(keys: string): string[] {
  const text = keys.includes('log:') || keys.includes('publish:') ? keys : `${keys}\nlog: x`;
  const file = `id: r\n${/^(on|sequence):/m.test(text) ? '' : 'on: t/+k\n'}${text}\n`;
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  return compileFile('r.yaml', file, PLAY_SETTINGS, surroundings).problems.map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}

const WINDOW = 'window: { tumbling: 5m }\n';

describe('what compiles, and is probably not meant', () => {
  test.each([
    ['if: { and: [{ ">": [{ var: x }, 3] }, "y < 4"] }', 'warning text-condition'],
    ["if: state == 'ON' or 'OFF'", 'warning text-condition'],
    ['with: { rooms: "r/+room" }\nif: rooms > 3', 'warning never-known'],
    ["with: { modes: 'm/+floor' }\nif: modes == 'home'", 'warning never-true'],
    ["with: { modes: 'm/+floor' }\nif: '0 != modes'", 'warning never-true'],
    ['foreach: entries(payload)\npublish: { topic: "out/${key}", payload: "${value}" }', 'warning hidden-field'],
    ['foreach: { entries: { var: "" } }\nif: key == "a"', 'warning hidden-field'],
    ["if: weekday() == 'Monday'", 'warning never-true'],
    ["if: weekday() in ['sat', 'sunday']", 'warning never-true'],
    ['if: state == on', 'warning bare-text'],
    ['if: state in [open, opening]', 'warning bare-text'],
    ['if: weekday() in [sat, sun]', 'warning bare-text'],
    ['if: now.hour >= 22', 'warning never-known'],
    ['if: topic[1] == "a"', 'warning never-known'],
    ['if: list[-1] > 3', 'warning never-known'],
    ['on: home/*/temperature', 'warning no-wildcard'],
    ['on: [a, "home/{room}"]', 'warning no-wildcard'],
    ['memory: { n: { default: 0, ttl: 10s } }', 'warning no-lifetime'],
    ['on: { x: a, y: b }\nwith: { x: c }\nif: x > y', 'warning hidden-name'],
    ['memory: { n: 0 }\nlet: { n: x + 1 }\nif: n > 3', 'warning hidden-name'],
    ['on: { t: home/+t/x }\nif: t > 3', 'warning hidden-name'],
    ['on: home/+room/x\nwith: { room: house/room }', 'warning hidden-name'],
    ['on: home/+room/x\nlet: { room: x }', 'warning hidden-name'],
    ['on: car/+n\nmemory: { n: 0 }', 'warning hidden-name'],
    [`on: car/+n\n${WINDOW}aggregate: { n: count() }`, 'warning hidden-name'],
    [`on: car/+n\n${WINDOW}memory: { sum: 0 }\naggregate: { sum: sum(v) }`, 'warning hidden-name'],
    [`on: car/+n\n${WINDOW}let: { v: x + 1 }\naggregate: { v: avg(v) }`, 'warning hidden-name'],
    ['else: { log: y }', 'warning never-acts'],
    ['on: { cron: "0 7 * * *" }', 'warning looks-like-time'],
    ['on: "home/${room}/x"', 'error invalid-filter'],
    ['distinct: [a, b]', 'warning constant-value'],
    [`${WINDOW}aggregate: { n: count(v > 3) }`, 'warning unusual-operand'],
    [`${WINDOW}aggregate: { n: sum(v > 3 and v < 5) }`, 'warning unusual-operand'],
    [`${WINDOW}aggregate: { n: count() }\nwhere: n > 3`, 'warning not-gathered'],
    [`${WINDOW}let: { t: max(values) }\naggregate: { mean: avg(v) }\nif: t > mean`, 'warning not-gathered'],
    [`${WINDOW}let: { u: v * 2, t: max(values) }\naggregate: { mean: avg(u) }\nif: t > mean`, 'warning not-gathered'],
    [`${WINDOW}let: { t: max(values) }\naggregate: { mean: avg(t) }\nif: max(list) > mean`, 'warning not-gathered'],
    ['window: { cut: mean > 3 }\naggregate: { mean: avg(v) }', 'warning not-gathered'],
    [`${WINDOW}aggregate: { mean: avg(v), over: "max(v) - mean" }`, 'warning nothing-gathered'],
    [`${WINDOW}aggregate: { p: "percentile(v, 0.95)" }`, 'warning unusual-operand'],
    [`${WINDOW}aggregate: { r: "rate(v, 60)" }`, 'warning unusual-operand'],
    [`${WINDOW}aggregate: { n: count() }\nif: n == 0`, 'warning never-true'],
    [`${WINDOW}if: window.size > 3`, 'warning never-known'],
    [`${WINDOW}aggregate: { n: count() }\nif: 1 > n`, 'warning never-true'],
    ['window: { count: 10, every: 20 }\naggregate: { n: count() }', 'warning left-out'],
    ['window: { hopping: 3s, every: 5s }\naggregate: { n: count() }', 'warning left-out'],
    [`${WINDOW}aggregate: { mean: avg(v) }\npublish: { topic: t, payload: { mean: mean } }`, 'warning sent-as-text'],
    ['let: { c: t - 1 }\npublish: { topic: t, payload: c }', 'warning sent-as-text'],
    ['publish: { topic: t, payload: round(v) }', 'warning sent-as-text'],
    ['alert: { summary: "{{ $labels.instance }} is down" }\nif: x > 3', 'warning foreign-template'],
    ["publish: { topic: t, payload: '{{.temperature}}' }", 'warning foreign-template'],
    ['if: x > 3\nuntil: x > 1', 'warning never-begins'],
    ['if: x > 3\nuntil: 5m', 'warning constant-condition'],
    [
      'if: x\nmode: restart\npublish: { topic: a, payload: 1 }\nelse: { do: [{ wait: 1m }, { log: y }] }',
      'warning not-restarted',
    ],
    ['absent: 1h\nalert: { severity: bad, pending: true }', 'warning never-acts'],
    [
      'if: x\nfire: rise\ndo: [{ wait: 10m }, { log: y }]\nend: { do: [{ wait: 5s }, { log: z }] }',
      'warning dropped-steps',
    ],
    ['alert: { levels: { low: { if: x > 20 }, high: { if: x > 5 } } }', 'warning never-shown'],
    ['alert: { levels: { low: { if: 2 >= x }, high: { if: x < 5 } } }', 'warning never-shown'],
  ])('%s', (keys, problem) => {
    expect(codes(keys)).toContain(problem);
  });
});

describe('what is meant', () => {
  test.each([
    ["let: { name: x or 'none' }"],
    ["with: { modes: 'm/+floor', mode: m }\nif: modes != null and mode == 'home' and 'home' in values(modes)"],
    ['foreach: entries(payload)\nby: payload.key\npublish: { topic: "out/${key}", payload: "${value}" }'],
    ['foreach: entries(payload)\npublish: { topic: "out/${payload.key}", payload: "${value}" }'],
    ['on: home/+room/x\nlet: { room: upper(room) }'],
    ['on: t\nwith: { lux: a }\nlet: { lux: lux ?? 0 }\nif: lux > 3'],
    [`on: car/+n\n${WINDOW}aggregate: { n: last(n) }`],
    ["if: state == 'ON' or state == 'on'"],
    ["if: { in: ['b', { var: list }] }"],
    ["if: weekday() in ['sat', 'sun']"],
    ['if: on == true and state.on == previous.on'],
    ['let: { open: x }\nif: y == open'],
    ['on: "a/b*/{c"'],
    [`${WINDOW}aggregate: { n: count(), m: count(x) }\nif: n == 1 or m == 0 or 0 < n`],
    ['window: { sliding: 5m }\naggregate: { n: count() }\nif: n == 0\nfor: 5m'],
    ['on: { every: 1h }\ndo: [{ wait_for: { on: lamp, if: state == "OFF" } }, { log: y }]'],
    ['memory: { n: { initial: 0, ttl: 10s }, m: { ttl: 5 } }'],
    ['with: { rooms: "r/+room" }\nif: max(values(rooms)) > 3'],
    ['with: { lux: "r/+k/lux" }\nif: lux > 3'],
    ['on: { bath: z/bath, hall: z/hall }'],
    ['distinct: "[a, b]"'],
    [`${WINDOW}aggregate: { v: avg(v), spread: "max(v) - min(v)" }`],
    [`${WINDOW}aggregate: { v: avg(v) }\nwhere: v > 3`],
    [`${WINDOW}aggregate: { n: count_if(v > 3), known: count(v), last: last(v > 3), s: sum(v or 0) }`],
    [`${WINDOW}let: { t: max(values) }\naggregate: { mean: avg(t) }\nif: mean > 3`],
    [`${WINDOW}let: { t: max(values), u: t * 2 }\naggregate: { mean: { avg: { var: u } } }\nif: mean > 3`],
    ["publish: { topic: t, payload: { value_template: '{{ value_json.temperature }}' } }"],
    [`${WINDOW}aggregate: { v: avg(v) }\nwhere: v > 0`],
    [`${WINDOW}aggregate: { p: "percentile(v, 95)", r: "rate(v, 1m)" }`],
    ['window: { count: 10, every: 5 }\naggregate: { n: count() }'],
    ['if: x > 3\nuntil: x > 5'],
    ['if: x > 3\nuntil: y > 1'],
    ['if: x\nmode: restart\ndo: [{ wait: 1m }, { log: y }]\nend: { do: [{ wait: 1m }, { log: z }] }'],
    ['if: x\nfire: rise\nmode: queued\ndo: [{ wait: 10m }, { log: y }]\nend: { do: [{ wait: 5s }, { log: z }] }'],
    ['if: x\nfire: rise\ndo: [{ log: y }]\nend: { do: [{ wait: 5s }, { log: z }] }'],
    ['if: x\nalert: { severity: bad, pending: true }'],
    ['alert: { levels: { low: { if: x > 5 }, high: { if: x > 20 } } }'],
    ['alert: { levels: { low: { if: x > 20, for: 1m }, high: { if: x > 5, for: 1h } } }'],
    ['alert: { levels: { low: { if: x > 5 }, high: { if: y > 5 } } }'],
  ])('%s', (keys) => {
    expect(codes(keys)).toEqual([]);
  });
});

test('a field that a test sends, and that a name hides, is told of where it is used', () => {
  const text = `
rules:
  - { id: r, on: t/+id, if: id == 5 and payload.id == 6 and v > 1, log: "\${topic} \${w}" }
  - { id: other, on: u/+id, if: id == 5, log: x }
tests:
  - { name: a, script: [{ at: 0s, send: t/a, payload: { id: 5, topic: x, v: 1, w: 2 } }, { at: 1s, expect: nothing }] }
`;
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  const { problems } = compileFile('r.yaml', text, PLAY_SETTINGS, surroundings);
  expect(problems.map(({ line, message, hint }) => [line, message, hint])).toEqual([
    [
      3,
      '`id` is a wildcard of the topic here, and hides the field `id` that payloads have',
      'For the field write payload.id',
    ],
    [
      3,
      '`topic` is a reserved name here, and hides the field `topic` that payloads have',
      'For the field write payload.topic',
    ],
  ]);
});

test('what hides the field is what the name means there', () => {
  const text = `
rules:
  - { id: r, on: { x: a, y: b }, with: { x: c }, if: x > y, log: x }
tests:
  - { name: a, script: [{ at: 0s, send: a, payload: { x: 5 } }, { at: 1s, expect: nothing }] }
`;
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  const { problems } = compileFile('r.yaml', text, PLAY_SETTINGS, surroundings);
  expect(problems.map(({ message }) => message)).toEqual([
    'this hides the lookup "x"',
    '`x` is a named input here, and hides the field `x` that payloads have',
  ]);
});

test('a window that is wrong is one mistake', () => {
  expect(codes('window: 5m\naggregate: { n: count() }')).toEqual(['error wrong-type']);
});

test('a function of the clock without its brackets is one mistake, where there is no payload, too', () => {
  expect(codes('if: weekday == "sat"')).toEqual(['warning bare-function']);
  const text = 'id: r\non: { schedule: "0 8 * * *" }\nif: weekday == "sat"\nlog: "${date} ${lux}"\n';
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  const { problems } = compileFile('r.yaml', text, PLAY_SETTINGS, surroundings);
  expect(problems.map(({ code, hint }) => `${code}: ${hint}`)).toEqual([
    'no-payload: The function is weekday()',
    'no-payload: The function is date()',
    'no-payload: To look at the latest payload of a topic, name it in with:',
  ]);
});
