import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import { formatProblem } from '../../src/spec/frame.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

const surroundings = { env: () => undefined, file: () => new Error('none') };

/** The problems of a rule file as people see them. */
function shown(text: string): string {
  const { problems } = compileFile('rules/heat.yaml', text, PLAY_SETTINGS, surroundings);
  return problems.map((problem) => formatProblem(problem, text, { color: false })).join('\n');
}

/** The problems in short: `line:column code`. */
function codes(text: string): string[] {
  const { problems } = compileFile('rules/heat.yaml', text, PLAY_SETTINGS, surroundings);
  return problems.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

describe('a mistake is shown where it is, with what to do', () => {
  test('a key that is nearly right', () => {
    expect(shown('id: r\non: home/+room/temperature\nfi: temperature > 30\nlog: x\n')).toMatchInlineSnapshot(`
      "rules/heat.yaml:3:1 error unknown-key: "fi" is not a key of a rule
        2 | on: home/+room/temperature
        3 | fi: temperature > 30
          | ^^
        hint: Did you mean "if"?"
    `);
  });

  test('words of another system', () => {
    expect(shown('id: r\ntrigger: home/+room/temperature\ncondition: temperature > 30\naction: { topic: x }\n'))
      .toMatchInlineSnapshot(`
      "rules/heat.yaml:1:1 error missing-key: a rule needs the key "on": what it listens to
        1 | id: r
          | ^^
        hint: Add on: some/+name/topic
      rules/heat.yaml:2:1 error unknown-key: "trigger" is not a key of a rule
        1 | id: r
        2 | trigger: home/+room/temperature
          | ^^^^^^^
        hint: Did you mean "on"?
      rules/heat.yaml:3:1 error unknown-key: "condition" is not a key of a rule
        2 | trigger: home/+room/temperature
        3 | condition: temperature > 30
          | ^^^^^^^^^
        hint: Did you mean "if"?
      rules/heat.yaml:4:1 error unknown-key: "action" is not a key of a rule
        3 | condition: temperature > 30
        4 | action: { topic: x }
          | ^^^^^^
        hint: Did you mean "publish"?"
    `);
  });

  test.each([
    ['having: a', 'Did you mean "if"?'],
    ['let: { in: a }', 'It is a word of expressions: choose another name'],
    ['group_by: a', 'Did you mean "by"?'],
    ['window: { hopping: 2m, interval: 1m }', 'Did you mean "every"?'],
    ['window: { type: tumbling }', 'Write tumbling: 5m'],
    ['interval: 1m', 'Write on: { every: … }'],
    ['window: 5m', 'For example: window: { tumbling: 5m }'],
    ['alert: TooWarm', 'For example: alert: { severity: critical, summary: "${room} is at ${temperature} °C" }'],
    [
      'aggregate: avg(v), window: { tumbling: 5m }',
      'For example: aggregate: { mean: "round(avg(temperature), 1)", n: count() }',
    ],
    ['annotations: { summary: x }', 'Write alert: { summary: …, description: … }'],
    ['alert: { annotations: { summary: x } }', 'Did you mean "summary"?'],
    ['keep_firing_for: 5m', 'Write until: { for: … }'],
    ['cron: 5 * * * *', 'Write on: { schedule: … }'],
    ['vars: { a: 1 }', 'Write vars: beside rules:, not in a rule'],
    ['after: 5m', 'Did you mean "for"?'],
    ['unless: a', 'Write if: not (…)'],
    ['severity: high', 'Write alert: { severity: … }'],
    ['state: { n: 0 }', 'Did you mean "memory"?'],
    [
      'times: 3, within: 5s',
      'Write window: { sliding: 10m }, aggregate: { n: count() } and if: n >= 3 for so many within a time; for one after the other sequence: [{ on: … }, { on: …, within: … }]',
    ],
    ['group_wait: 30s', 'Did you mean "debounce"?'],
    ['group_interval: 5m', 'Did you mean "throttle"?'],
    ['if: a, alert: { group_wait: 30s }', 'Write debounce: … beside alert:'],
    ['if: a, alert: { repeat_interval: 4h }', 'Write repeat: … beside alert:'],
    [
      'sql: "SELECT * FROM a"',
      'Write on: … for FROM, where: … for WHERE, by: … for GROUP BY and publish: … for SELECT',
    ],
    ['order_by: a', 'Write let: { sorted: "sort(list, item.x)" }'],
    ['select: a', 'Write publish: { topic: …, payload: … }'],
    ['into: a', 'Write publish: { topic: … }'],
    ['entity_id: light.hall', 'Did you mean "on"?'],
    ['if: sunset()', 'Write time_between("sunset", "sunrise")'],
    ['if: iif(a)', 'Write a ? b : c'],
    ['if: deriv(a) > 1', 'Write rate(x, 1s) under aggregate:'],
    ['alert: { message: x }', 'Did you mean "summary"?'],
    ['absent: { for: 1h }', 'Did you mean "after"?'],
    ['window: { size: 5m }, aggregate: { n: count() }', 'Write tumbling: 5m'],
    ['with: { lux: { on: home/lux } }', 'Did you mean "topic"?'],
    ['end: { topic: t, payload: x }', 'Write publish: { topic: …, payload: … }'],
    ['else: { if: a, log: x }', 'Write do: [{ choose: [{ if: …, do: […] }] }]'],
    ['do: [{ if: a, then: [{ log: x }] }]', 'Write choose: [{ if: …, do: […] }]'],
    ['do: [{ choose: [{ conditions: a, sequence: [{ log: x }] }] }]', 'Did you mean "do"?'],
    ['do: [{ else: [{ log: x }] }]', 'Write choose: [{ if: …, do: […] }, { else: […] }]'],
    ['do: [{ choose: [{ if: a, publish: { topic: t } }] }]', 'Write do: [{ publish: … }]'],
    ['if: a, alert: { for: 5m }', 'Write for: … beside alert:'],
    [
      'if: \'time_between("sunset", "07:00")\'',
      'Write location: { latitude: 48.86, longitude: 2.29 } in automate.yaml',
    ],
    ['if: month() == 12', 'Write number(format_date(now(), "%m"))'],
    ['do: [{ delay: 5s }]', 'Did you mean "wait"?'],
    ['do: [{ repeat: { count: 3 } }]', 'Did you mean "loop"?'],
    ['publish: { topic: t, retained: true }', 'Did you mean "retain"?'],
    ['publish: { topic: t, message: x }', 'Did you mean "payload"?'],
    ['if: lag(a) > 1', 'The value of the message before is previous.x; of those before it'],
    ['if: had_changed(a)', 'Did you mean "changed"?'],
    ['if: acc_sum(a) > 1', 'Keep it: memory: { total: 0 } and set: { total: total + x }'],
    ['if: absent(a)', 'Silence is a key of the rule: absent: 5m'],
    ['if: a > 1 unless b', 'Write and not'],
    ['if: a > 1 for 5m', 'For how long it has to hold is a key of the rule: for: 5m'],
    ['if: a->b > 1', 'Write . before a field: a.b'],
    [
      'window: { tumbling: 5m }, aggregate: { a: avg_over_time(v) }',
      'Write avg(x) under aggregate: window: says over how long',
    ],
    ['window: { tumbling: 5m }, aggregate: { a: changes(v) }', 'Write count_if(changed(x)) under aggregate:'],
    ['window: { tumbling: 5m }, aggregate: { a: window_end() }', 'Write window.end'],
    [
      'window: { tumbling: 5m }, aggregate: { a: count(*) }',
      'Leave it out: count() counts all messages, collect(payload) lists them',
    ],
    ['window: { tumbling: 5m }, aggregate: { a: p95(v) }', 'Write percentile(x, 95)'],
    ['window: { tumbling: 5m }, aggregate: { a: countIf(v > 1) }', 'Write count_if(condition) under aggregate:'],
    ['window: { tumbling: 5m }, aggregate: { a: range(v) }', 'Write max(x) - min(x) under aggregate:'],
    ['if: bitand(a) == 4', 'Whether the bit of 4 is set is floor(x / 4) % 2 != 0'],
    ['window: { sliding: 10s, trigger: v > 1 }', 'Write if: … beside window:'],
    ['window: { state: { begin: a > 1, emit: a < 1 } }', 'Write from: … and to: …'],
    ['window: { to: v > 1 }', 'Say what opens it: from: state == "on", or from: true for the first message'],
    ['window: { tumbling: 5m, lateness: 5s }', 'Say what time messages tell: time: ts'],
    ['window: { count: 5, every: 10s }', 'Write every: 10, or hopping: and every: 10s'],
  ])('what other systems call otherwise: %s', (keys, hint) => {
    expect(shown(`{ id: r, on: a, log: x, ${keys} }`)).toContain(`hint: ${hint}`);
  });

  test('a payload among what a rule listens to is a condition', () => {
    expect(shown('{ id: r, on: { topic: a, payload: "ON" }, log: x }')).toContain('hint: Write if: payload == …');
  });

  test.each([
    ['for: { minutes: 5 }', 'Write 5m'],
    ['do: [{ wait: { hours: 1, seconds: 30 } }]', 'Write 1h30s'],
    ['publish: t', 'For example: publish: { topic: "home/${room}/light/control", payload: { state: "ON" } }'],
    ['window: 5m', 'For example: window: { tumbling: 5m }'],
    ['alert: true', 'For example: alert: { severity: critical, summary: "${room} is at ${temperature} °C" }'],
    ['alert: { levels: [] }', 'For example: levels: { warning: { if: temperature > 5, for: 1h } }'],
    ['alert: { levels: { high: a > 3 } }', 'For example: high: { if: temperature > 5 }'],
    ['publish: { topic: t, retain: "true" }', 'Write it without quotes'],
    ['publish: { topic: t, qos: "1" }', 'Write it without quotes'],
    ['end: x', 'For example: end: { publish: { topic: "home/${room}/fan/set", payload: "OFF" } }'],
    ['do: [stop]', 'For example: - wait: 30m'],
    ['do: [{ wait_for: a/b }]', 'For example: wait_for: { on: home/+room/answer, timeout: 1m }'],
    ['with: [home/lux]', 'For example: with: { lux: home/+room/lux }'],
  ])('of another kind than it should be: %s', (keys, hint) => {
    expect(shown(`{ id: r, on: a, ${keys} }`)).toContain(`hint: ${hint}`);
  });

  test('of another kind, where a name is one that all objects have', () => {
    expect(shown('{ id: r, on: a, with: { constructor: [5] }, log: x }')).not.toContain('hint: For example');
  });

  test('an expression that is cut off', () => {
    expect(shown('id: r\non: a\nif: temperature >\nlog: x\n')).toMatchInlineSnapshot(`
      "rules/heat.yaml:3:17 error expected-value: expected a value after ">"
        2 | on: a
        3 | if: temperature >
          |                 ^"
    `);
  });

  test('an operator and a function that are nearly right', () => {
    expect(shown('id: r\non: a\nif: temperature = 30\nlet: { x: { rond: [{ var: t }] } }\nlog: x\n'))
      .toMatchInlineSnapshot(`
      "rules/heat.yaml:3:17 error single-equals: "=" does not compare
        2 | on: a
        3 | if: temperature = 30
          |                 ^
        hint: Use ==
      rules/heat.yaml:4:11 error unknown-operator: no operator is called "rond"
        3 | if: temperature = 30
        4 | let: { x: { rond: [{ var: t }] } }
          |           ^^^^^^^^^^^^^^^^^^^^^^
        hint: Did you mean "round"?"
    `);
  });

  test('a template that is not closed, in a filter that mixes', () => {
    expect(shown('id: r\non: home/room+/t\npublish: { topic: "home/${room/light" }\n')).toMatchInlineSnapshot(`
      "rules/heat.yaml:2:14 error invalid-filter: "room+" mixes text and a wildcard
        1 | id: r
        2 | on: home/room+/t
          |              ^
        hint: A wildcard stands for a whole level: \`a/+name/b\`
      rules/heat.yaml:3:25 error not-closed: "\${" has no "}"
        2 | on: home/room+/t
        3 | publish: { topic: "home/\${room/light" }
          |                         ^^
        hint: Add a }, or write $\${ for a literal \${"
    `);
  });

  test('a value that is not one of those there are', () => {
    expect(shown('id: r\non: { topic: a, codec: jsn }\npublish: { topic: x, qos: 3, retian: true }\n'))
      .toMatchInlineSnapshot(`
      "rules/heat.yaml:2:24 error invalid-value: "jsn" is not one of the values for \`codec\`: "auto", "json", "text", "number", "cbor", "msgpack", "base64"
        1 | id: r
        2 | on: { topic: a, codec: jsn }
          |                        ^^^
        hint: Did you mean "json"?
      rules/heat.yaml:3:27 error invalid-value: 3 is not one of the values for \`qos\`: 0, 1, 2
        2 | on: { topic: a, codec: jsn }
        3 | publish: { topic: x, qos: 3, retian: true }
          |                           ^
      rules/heat.yaml:3:30 error unknown-key: "retian" is not a key of \`publish\`
        2 | on: { topic: a, codec: jsn }
        3 | publish: { topic: x, qos: 3, retian: true }
          |                              ^^^^^^
        hint: Did you mean "retain"?"
    `);
  });

  test('a name that is not in the memory', () => {
    expect(shown('id: r\non: a\nmemory: { count: 0 }\nset: { cuont: count + 1 }\nlog: x\n')).toMatchInlineSnapshot(`
      "rules/heat.yaml:4:8 error unknown-memory: "cuont" is not in this rule's memory
        3 | memory: { count: 0 }
        4 | set: { cuont: count + 1 }
          |        ^^^^^
        hint: The memory has: count"
    `);
  });

  test('a wildcard that is used, and that another filter does not have', () => {
    expect(shown('id: r\non: [a/+room/t, b/+id/t]\npublish: { topic: "x/${room}" }\n')).toMatchInlineSnapshot(`
      "rules/heat.yaml:3:24 error no-meaning: \`room\` is a wildcard of another filter of this rule, but not of b/+/t: name it in every filter
        2 | on: [a/+room/t, b/+id/t]
        3 | publish: { topic: "x/\${room}" }
          |                        ^"
    `);
  });

  test('a rule that does nothing', () => {
    expect(shown('id: r\non: a\nif: temperature > 30\n')).toMatchInlineSnapshot(`
      "rules/heat.yaml:2:5 warning no-action: rule "r" does nothing
        1 | id: r
        2 | on: a
          |     ^
        hint: Give it publish:, alert:, http:, log: or do:"
    `);
  });

  test('a mistake in defaults, once', () => {
    expect(shown('defaults: { if: "1 +" }\nrules:\n  - { id: a, on: x, log: a }\n  - { id: b, on: x, log: b }\n'))
      .toMatchInlineSnapshot(`
      "rules/heat.yaml:1:20 error expected-value: expected a value after "+"
        1 | defaults: { if: "1 +" }
          |                    ^"
    `);
  });
});

describe('a mistake has its place', () => {
  test.each([
    [
      'in the second line of a folded expression',
      'id: r\non: a\nif: >-\n  temperature > 30 and\n  humidity >\nlog: x\n',
      ['5:12 expected-value'],
    ],
    [
      'in a quoted expression with escapes',
      'id: r\non: a\nif: "\\"a\\" == roundd(1)"\nlog: x\n',
      ['3:15 unknown-operator'],
    ],
    ['in JSON-logic', 'id: r\non: a\nif: { and: [true, { foo: 1 }] }\nlog: x\n', ['3:19 unknown-operator']],
    ['in a template', 'id: r\non: a\nlog: "x ${roundd(1)}"\n', ['3:11 unknown-operator']],
    [
      'in a template in a list in a mapping',
      'id: r\non: a\npublish:\n  topic: x\n  payload:\n    - a: "${roundd(1)}"\n',
      ['6:13 unknown-operator'],
    ],
    [
      'in a property',
      'id: r\non: a\npublish: { topic: x, properties: { p: "${roundd(1)}" } }\n',
      ['3:42 unknown-operator'],
    ],
    [
      'in else and on_error',
      'id: r\non: a\nif: x\nlog: x\nelse: { log: "${roundd(1)}" }\non_error: { log: "${roundd(1)}" }\n',
      ['5:17 unknown-operator', '6:21 unknown-operator'],
    ],
    [
      'in the where of a lookup',
      'id: r\non: a\nwith: { x: { topic: b, where: roundd(1) } }\nlog: x\n',
      ['3:31 unknown-operator'],
    ],
    ['in a part of the key', 'id: r\non: a\nby: [x, roundd(1)]\nlog: x\n', ['3:9 unknown-operator']],
    ['in the second of several filters', 'id: r\non: [a, { topic: [b, c/d+] }]\nlog: x\n', ['2:25 invalid-filter']],
    ['in a later name of a filter', 'id: r\non: a/+x/+now\nlog: x\n', ['2:11 reserved-name']],
    ['in a value of the memory', 'id: r\non: a\nmemory: { n: { initial: 1, ttl: 5 } }\nlog: x\n', ['3:33 wrong-type']],
    ['in an expiry', 'id: r\non: a\npublish: { topic: x, message_expiry: 60000d }\n', ['3:38 invalid-value']],
  ])('%s', (_, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });
});

describe('what has no meaning where it stands is refused', () => {
  test.each(['for: 5m', 'until: x', 'alert: {}'])('else: { %s }', (key) => {
    expect(codes(`id: r\non: a\nlog: x\nelse: { ${key} }\n`)).toEqual(['4:9 unknown-key']);
  });

  test('a key of `on` that is nearly right', () => {
    expect(codes('id: r\non: { topc: a }\nlog: x\n')).toContain('2:7 unknown-key');
  });

  test.each(['active', 'held', 'window', 'severity', 'timed_out', 'awaited'])('the name %s', (name) => {
    expect(codes(`id: r\non: a\nif: ${name} == 1\nlog: x\n`)).toEqual(['3:5 no-meaning']);
  });
});

test('the where of a lookup does not take its wildcards for fields', () => {
  const rule = (where: string): string => `id: r\non: a\nwith: { v: { topic: v/+dev, where: ${where} } }\nlog: x\n`;
  expect(shown(rule('dev == "a"'))).toContain(
    '`dev` is a wildcard, which the `where` of a lookup does not see: compare `topic`, or write payload.dev for the field',
  );
  expect(codes(rule('payload.dev == "a" and topic != "v/b" and other == 1'))).toEqual([]);
});

describe('a key is no template', () => {
  test.each([
    ['payload: { "${room}": 1 }', '3:33 template-key'],
    ['payload: [{ a: { "x ${room}": 1 } }]', '3:39 template-key'],
    ['payload: { "...": "${payload}", "${room}": 1 }', '3:54 template-key'],
    ['properties: { "${room}": a }', '3:36 template-key'],
  ])('%s', (field, expected) => {
    expect(codes(`id: r\non: +room\npublish: { topic: x, ${field} }\n`)).toEqual([expected]);
  });
});

describe('what is always there cannot be left out', () => {
  test.each([
    ['publish: { topic: "${x ?? omit}" }', '3:27'],
    ['publish: { topic: t, payload: "${x ?? omit}" }', '3:39'],
    ['publish: { topic: t, content_type: "${x ?? omit}" }', '3:44'],
    ['log: "${x ?? omit}"', '3:14'],
    ['log: { message: "${ x ?? omit }" }', '3:26'],
  ])('%s', (line, place) => {
    expect(codes(`id: r\non: a\n${line}\n`)).toEqual([`${place} misplaced-omit`]);
    expect(shown(`id: r\non: a\n${line}\n`)).toContain('stands in an entry of a mapping or an element of a list');
  });
});

test.each(['changed', 'delta'])('%s is measured before the actions, so not in on_error', (operator) => {
  const rule = `id: r\non: a\nlet: { x: ${operator}(v) }\nlog: x\non_error: { log: "\${x}", set: { m: 1 } }\nmemory: { m: 0 }\n`;
  expect(codes(rule)).toEqual([]);
  expect(codes(rule.replace('${x}', `\${${operator}(v)}`))).toEqual(['5:21 no-context']);
  expect(shown(rule.replace('${x}', `\${${operator}(v)}`))).toContain('cannot stand in `on_error`');
});

describe('what comes before the key sees neither memory nor let', () => {
  test.each([
    ['where: n < 3', "`n` is in this rule's memory, which `where`, `foreach` and `by` come before"],
    ['foreach: n.list', "`n` is in this rule's memory, which `where`, `foreach` and `by` come before"],
    ['by: [x, z]', "`z` is in this rule's `let`, which `where`, `foreach` and `by` come before"],
  ])('%s', (line, message) => {
    const text = `id: r\non: a\n${line}\nmemory: { n: 0 }\nlet: { z: 1 }\nlog: x\n`;
    expect(shown(text)).toContain(message);
    expect(codes(text.replace(/\b([nz])( <|\.list|\])/, 'payload.$1$2'))).toEqual([]);
  });
});

describe('names of JavaScript are nothing special', () => {
  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'])('%s', (name) => {
    expect(codes(`id: r\non: a\nlog: x\n${name}: 1\n`)).toEqual(['4:1 unknown-key']);
    expect(codes(`rules: [{ id: r, on: a, log: x }]\n${name}: 1\n`)).toEqual(['2:1 unknown-key']);
    expect(codes(`defaults: { ${name}: 1 }\nrules: [{ id: r, on: a, log: x }]\n`)).toEqual(['1:13 unknown-key']);
    expect(codes(`id: r\non: a\nif: { ${name}: 1 }\nlog: x\n`)).toEqual(['3:5 unknown-operator']);
    expect(codes(`id: r\non: a\nlog: { message: x, ${name}: 1 }\n`)).toContain('3:20 unknown-key');
    expect(codes(`id: r\non: a\nset: { ${name}: 1 }\nlog: x\n`)).toEqual(['3:8 unknown-memory']);
  });
});

describe('a sequence', () => {
  test.each([
    ['[{ on: a }]', 'rules/heat.yaml:2:11 error invalid-value: the list must have at least 2 items'],
    ['[{ on: a, within: 1s }, { on: b }]', 'invalid-step: `within` counts from the step before, and there is none'],
    ['[{ not: a, within: 1s }, { on: b }]', 'invalid-step: a sequence cannot begin with what does not come'],
    ['[{ on: a }, { not: b }]', 'invalid-step: `not` needs `within`'],
    ['[{ on: a }, { on: b, not: c }]', 'invalid-step: a step has either `on` or `not`'],
    ['[{ on: a }, { within: 5s }]', 'invalid-step: a step has either `on` or `not`'],
    ['[{ on: a/+x }, { on: b }]\nif: x == 1', '`x` is a wildcard of another filter of this rule, but not of b'],
    ['[{ on: a }, { on: b }]\non: c', 'impossible-combination: `on` cannot go with `sequence`'],
    ['[{ on: a }, { on: b }]\nfor: 5m', 'impossible-combination: `for` cannot go with `sequence`'],
  ])('%s is refused with the reason', (steps, expected) => {
    expect(shown(`id: r\nsequence: ${steps}\nlog: x\n`)).toContain(expected);
  });
});

describe('the steps of `do`', () => {
  test.each([
    ['[{ wait: 5m, log: x }]', 'invalid-step: a step does one thing: this one has log, wait'],
    ['[{}]', 'invalid-step: this step does nothing'],
    ['[{ wiat: 5m }]', 'unknown-key: "wiat" is not a key'],
    ['[{ wait: soon }]', 'a duration'],
    ['[{ wait: 0s }]', '`wait` must be longer than nothing'],
    ['[{ wait_for: { on: a, timeout: 0ms } }]', '`timeout` must be longer than nothing'],
    ['[{ choose: [{ if: a }] }]', 'invalid-step: a choice has `if` and `do`'],
    [
      '[{ choose: [{ else: [{ stop: true }] }, { if: a, do: [{ stop: true }] }] }]',
      'invalid-step: `else` is the last choice',
    ],
    ['[{ loop: { do: [{ stop: true }] } }]', 'invalid-step: a loop has one of `times`, `while` and `until`'],
    ['[{ loop: { times: 2000, do: [{ stop: true }] } }]', 'at most 1000'],
    ['[{ wait_for: { on: "a/#/b" } }]', 'invalid-filter'],
    ['[{ wait_for: { on: u, if: changed(payload) } }]', '`changed` cannot stand in `wait_for`'],
    ['[{ wait_for: { on: { topic: [u/+a, "v/+b"] }, if: a } }]', '`a` is a wildcard of another filter'],
    ['[{ stop: true }]\ndistinct: true', '`distinct: true` compares what is sent at once'],
    ['[{ stop: true }]\nmax: 3', 'with `mode: single` one script of a key runs at a time'],
    ['[{ stop: true }]\nmode: restart\nmax: 3', 'with `mode: restart` one script of a key runs at a time'],
    ['[{ log: "${awaited} ${windw}" }]\nif: timed_out', '`timed_out` has a value only in the steps of `do`'],
  ])('%s: %s', (steps, expected) => {
    expect(shown(`id: r\non: t\ndo: ${steps}\n`)).toContain(expected);
  });

  test('are what `mode` and `max` are about', () => {
    expect(shown('id: r\non: t\nlog: x\nmode: restart\n')).toContain(
      'impossible-combination: `mode` is about `do`, and there is none',
    );
  });
});
