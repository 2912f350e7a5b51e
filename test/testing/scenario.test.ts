import { describe, expect, test } from 'vitest';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';
import { failureLines, failureTitle } from '../../src/testing/failure-lines.ts';
import { runTests } from '../../src/testing/run-tests.ts';

/** Rules that publish what they get: `in/x` to `out/x`, and from there on to `echo/x`. */
const COPY = `
rules:
  - { id: copy, on: in/+x, publish: { topic: "out/\${x}", payload: "\${payload}" } }`;
const ECHO = `${COPY}
  - { id: echo, on: out/+x, publish: { topic: "echo/\${x}", payload: "\${payload}", retain: true } }`;

/** What is wrong when these steps are played at the rules: the place and the title of each failure. */
function play(rules: string, steps: readonly string[], head = ''): string[] {
  const script = steps.map((step) => `      - { ${step} }\n`).join('');
  const [outcome] = runTests(`${rules}\ntests:\n  - name: it\n${head}    script:\n${script}`);
  const { test, result } = outcome ?? expect.fail('no test');
  expect(result.passed).toBe(result.failures.length === 0);
  return result.failures.map((failure) => failureTitle(failure, test.start));
}

/** All that is told of the failures of a text's only test. */
function told(text: string): string {
  const [outcome] = runTests(text);
  const { test, result } = outcome ?? expect.fail('no test');
  return failureLines(result.failures, test.start)
    .map((lines, i) => [`${result.failures[i]?.step.line}: `, ...lines.map((line) => line.text)].join('\n'))
    .join('\n\n');
}

describe('a scenario passes', () => {
  test.each([
    ['with nothing to say', COPY, ['at: 0s, send: other', 'at: 1d, expect: nothing']],
    [
      'with what was expected at its time',
      COPY,
      ['at: 1s, send: in/a, payload: 1', 'at: 1s, expect: out/a, payload: 1'],
    ],
    ['with anything for a payload', COPY, ['at: 1s, send: in/a, payload: [1]', 'at: 1s, expect: out/a']],
    ['with what was expected before it was sent', COPY, ['at: 1s, expect: out/a', 'at: 1s, send: in/a, payload: 1']],
    [
      'in any order at one time',
      COPY,
      [
        'at: 1s, send: in/a, payload: 1',
        'at: 1s, send: in/b, payload: 2',
        'at: 1s, expect: out/b',
        'at: 1s, expect: out/a',
      ],
    ],
    [
      'where what fits all would have been given to what fits one',
      COPY,
      [
        ...[1, 2, 3].map((payload) => `at: 1s, send: in/a, payload: ${payload}`),
        'at: 1s, expect: out/a',
        'at: 1s, expect: out/a',
        'at: 1s, expect: out/a, payload: 1',
      ],
    ],
    [
      'with silence up to a moment, at which something comes',
      COPY,
      ['at: 1s, expect: nothing', 'at: 1s, send: in/a, payload: 1', 'at: 1s, expect: out/a'],
    ],
    ['with texts as they are', COPY, ['at: 0s, send: in/a, payload: "ON"', 'at: 0s, expect: out/a, payload: "ON"']],
    [
      'with JSON that a text means',
      COPY,
      ['at: 0s, send: in/a, payload: "1.50"', 'at: 0s, expect: out/a, payload: 1.5'],
    ],
    [
      'with a number written as text',
      COPY,
      ['at: 0s, send: in/a, payload: 1.5', 'at: 0s, expect: out/a, payload: "1.5"'],
    ],
    [
      'with mappings in any order',
      COPY,
      [
        'at: 0s, send: in/a, payload: { a: 1, b: [2, { c: null }] }',
        'at: 0s, expect: out/a, payload: { b: [2.0, { c: null }], a: 1 }',
      ],
    ],
    [
      'with a part of a mapping',
      COPY,
      ['at: 0s, send: in/a, payload: { a: 1, b: { c: 2, d: 3 } }', 'at: 0s, expect: out/a, contains: { b: { d: 3 } }'],
    ],
    [
      'with elements of a list',
      COPY,
      ['at: 0s, send: in/a, payload: [{ a: 1, b: 2 }, 3, 4]', 'at: 0s, expect: out/a, contains: [4, { a: 1 }]'],
    ],
    [
      'with a piece of a text',
      COPY,
      ['at: 0s, send: in/a, payload: ring the bell', 'at: 0s, expect: out/a, contains: the b'],
    ],
    [
      'with an empty message',
      'rules: [{ id: r, on: a, publish: { topic: b } }]',
      ['at: 0s, send: a', 'at: 0s, expect: b, payload: ""'],
    ],
    [
      'with what rules make of what rules publish',
      ECHO,
      [
        'at: 0s, send: in/a, payload: 1',
        'at: 0s, expect: echo/a, payload: 1, retain: true',
        'at: 0s, expect: out/a, payload: 1, retain: false, qos: 1',
      ],
    ],
    [
      'at the exact millisecond of a timer',
      'rules: [{ id: r, on: a, if: payload > 1, for: 1m, repeat: 1h, publish: { topic: b } }]',
      ['at: 0s, send: a, payload: 2', 'at: 1m, expect: b', 'at: 1h1m, expect: b', 'at: 2h59.999s, expect: nothing'],
    ],
  ])('%s', (_name, rules, steps) => {
    expect(play(rules, steps)).toEqual([]);
  });
});

describe('a scenario fails', () => {
  test.each([
    ['when a message does not come', COPY, ['at: 0s, expect: out/a'], ['expected out/a at 0s, which did not come']],
    ['when one is left over', COPY, ['at: 5s, send: in/a, payload: 1'], ['did not expect out/a at 5s']],
    [
      'when one comes twice',
      COPY,
      ['at: 0s, send: in/a, payload: 1', 'at: 0s, send: in/a, payload: 1', 'at: 0s, expect: out/a'],
      ['did not expect out/a at 0s'],
    ],
    [
      'a millisecond early',
      'rules: [{ id: r, on: a, if: payload > 1, for: 1m, publish: { topic: b } }]',
      ['at: 0s, send: a, payload: 2', 'at: 60.001s, expect: b'],
      ['expected b at 1m1ms, which came at 1m'],
    ],
    [
      'when the payload is another',
      COPY,
      ['at: 0s, send: in/a, payload: 1', 'at: 0s, expect: out/a, payload: 2'],
      ['expected out/a at 0s, which came with another payload'],
    ],
    [
      'when a value inside is not the whole one',
      COPY,
      ['at: 0s, send: in/a, payload: { s: "ON" }', 'at: 0s, expect: out/a, contains: { s: O }'],
      ['expected out/a at 0s, which came with another payload'],
    ],
    [
      'when a list lacks an element',
      COPY,
      ['at: 0s, send: in/a, payload: [1, 2]', 'at: 0s, expect: out/a, contains: [3]'],
      ['expected out/a at 0s, which came with another payload'],
    ],
    [
      'when retain, qos or properties are others',
      COPY,
      ['at: 0s, send: in/a, payload: 1', 'at: 0s, expect: out/a, retain: true, qos: 0, properties: { a: b }'],
      ['expected out/a at 0s, which came with another retain and qos and properties'],
    ],
    [
      'when no rule can do it',
      COPY,
      ['at: 0s, expect: aut/a'],
      ['expected aut/a at 0s, to which no rule here publishes'],
    ],
    [
      'in silence that is broken before its end',
      'rules: [{ id: r, on: a, if: payload > 1, for: 1m, publish: { topic: b } }]',
      ['at: 0s, send: a, payload: 2', 'at: 1h, expect: nothing'],
      ['did not expect b at 1m'],
    ],
    [
      'in many ways at once, in order of time',
      COPY,
      [
        'at: 0s, send: in/a, payload: 1',
        'at: 1s, expect: out/x',
        'at: 2s, send: in/b, payload: { x: 1 }',
        'at: 2s, send: in/b, payload: { x: 2, y: 1 }',
        'at: 2s, expect: out/b, payload: { x: 2, y: 2 }',
        'at: 3s, expect: out/b, payload: { x: 1 }',
      ],
      [
        'did not expect out/a at 0s',
        'expected out/x at 1s, which did not come',
        'expected out/b at 2s, which came with another payload',
        'expected out/b at 3s, which came at 2s',
      ],
    ],
  ])('%s', (_name, rules, steps, failures) => {
    expect(play(rules, steps)).toEqual(failures);
  });

  test('with ten failures told and the others counted', () => {
    const steps = Array.from({ length: 25 }, (_, i) => `      - { at: ${i}s, send: in/a, payload: ${i} }\n`).join('');
    const [outcome] = runTests(`${COPY}\ntests:\n  - name: it\n    script:\n${steps}`);
    expect([outcome?.result.failures.length, outcome?.result.more]).toEqual([10, 15]);
  });
});

describe('messages', () => {
  const GETS =
    'rules: [{ id: r, on: { topic: a, retained: use }, publish: { topic: b, payload: { retained: "${retained}", qos: "${qos}", of: "${properties.of ?? omit}" } } }]';

  test('come as the script says', () => {
    expect(
      play(GETS, [
        'at: 0s, send: a, payload: 1, retain: true, qos: 2, properties: { of: me }',
        'at: 0s, expect: b, payload: { retained: true, qos: 2, of: me }',
        'at: 1s, send: a, payload: 1',
        'at: 1s, expect: b, payload: { retained: false, qos: 0 }',
      ]),
    ).toEqual([]);
  });

  test('come back from the broker as from any: not retained, with the lower qos, having been through a rule more', () => {
    const rules = `rules:
  - { id: first, on: a, publish: { topic: b, payload: 1, qos: 2, retain: true, properties: { mine: x } } }
  - { id: second, on: { topic: b, qos: 0 }, publish: { topic: c, payload: { retained: "\${retained}", qos: "\${qos}", hops: '\${properties["automate-hops"]}', mine: "\${properties.mine}" } } }
  - { id: third, on: c, publish: { topic: d, payload: '\${properties["automate-hops"]}' } }`;
    expect(
      play(rules, [
        'at: 0s, send: a',
        'at: 0s, expect: b, qos: 2, retain: true, properties: { mine: x }',
        'at: 0s, expect: c, payload: { retained: false, qos: 0, hops: "1", mine: x }',
        'at: 0s, expect: d, payload: 2',
      ]),
    ).toEqual([]);
  });

  test('come to the rules of their own broker', () => {
    const rules = `rules:
  - { id: here, on: a, publish: { topic: b, broker: plant } }
  - { id: there, on: { topic: b, broker: plant }, publish: { topic: c } }
  - { id: nowhere, on: b, log: never }
tests:
  - name: it
    script:
      - { at: 0s, send: a }
      - { at: 0s, expect: b, broker: plant }
      - { at: 0s, expect: c, broker: plant }
      - { at: 1s, send: b }
      - { at: 2s, send: b, broker: plant }
      - { at: 2s, expect: c }`;
    const settings = { ...PLAY_SETTINGS, brokers: new Set(['default', 'plant']) };
    const [outcome] = runTests(rules, { settings });
    expect(outcome?.result.failures.map((failure) => failureTitle(failure, outcome.test.start))).toEqual([
      'expected c at 2s, to which no rule here publishes',
      'did not expect c at 2s',
    ]);
  });

  test('that are larger than a payload may be do not come', () => {
    const text = `${COPY}\ntests: [{ name: it, script: [{ at: 0s, send: in/a, payload: 123456 }, { at: 1s, expect: nothing }] }]`;
    const limits = { machine: { steps: 1000, elements: 10, lookupKeys: 10, hops: 8, breaches: 10 }, payloadBytes: 5 };
    expect(runTests(text, { limits })[0]?.result.passed).toBe(true);
    expect(runTests(text)[0]?.result.passed).toBe(false);
  });
});

describe('time', () => {
  test('begins on Saturday, 2000-01-01, in UTC, or where the test says', () => {
    const rules =
      `rules: [{ id: r, on: a, publish: { topic: b, payload: '\${weekday() + " " + format_date(now, "%F %T %z")}' } }]`.replace(
        'weekday() + " " + format_date(now, "%F %T %z")',
        'cat(weekday(), " ", format_date(now, "%F %T %z"))',
      );
    expect(play(rules, ['at: 90s, send: a', 'at: 90s, expect: b, payload: sat 2000-01-01 00:01:30 +0000'])).toEqual([]);
    expect(
      play(
        rules,
        ['at: 2026-07-01T12:30, send: a', 'at: 30m, expect: b, payload: wed 2026-07-01 12:30:00 +0200'],
        '    start: 2026-07-01T12:00\n    timezone: Europe/Berlin\n',
      ),
    ).toEqual([]);
  });

  test('at one millisecond has messages first, with all they bring about, then what timers do', () => {
    const rules = `rules:
  - { id: level, on: a, if: payload == 1, for: 1m, publish: { topic: held } }
  - { id: reset, on: b, publish: { topic: a, payload: 0 } }`;
    const begin = 'at: 0s, send: a, payload: 1';
    expect(play(rules, [begin, 'at: 1m, expect: held'])).toEqual([]);
    // The reset comes in the very millisecond in which the level would be reached, by way of another rule.
    expect(play(rules, [begin, 'at: 1m, send: b', 'at: 1m, expect: a'])).toEqual([]);
  });

  test('has what a timer brings about within its millisecond', () => {
    const rules = `rules:
  - { id: late, on: a, debounce: 5s, publish: { topic: b } }
  - { id: next, on: b, debounce: 0s, publish: { topic: c } }
  - { id: last, on: c, publish: { topic: d } }`;
    expect(
      play(rules, [
        'at: 0s, send: a',
        'at: 5s, expect: b',
        'at: 5s, expect: c',
        'at: 5s, expect: d',
        'at: 1m, expect: nothing',
      ]),
    ).toEqual([]);
    expect(play(rules, ['at: 0s, send: a', 'at: 5s, expect: b', 'at: 5s, expect: d', 'at: 5001ms, expect: c'])).toEqual(
      ['expected c at 5s1ms, which came at 5s'],
    );
  });

  test('has the start of the engine at its beginning, and ticks of the clock after it', () => {
    const rules = `rules:
  - { id: first, on: { start: true }, publish: { topic: begun, payload: 1 } }
  - { id: then, on: begun, publish: { topic: seen } }
  - { id: tick, on: { every: 1m }, publish: { topic: tick } }`;
    const begun = ['at: 0s, expect: begun', 'at: 0s, expect: seen'];
    expect(play(rules, [...begun, 'at: 1m, expect: tick', 'at: 2m, expect: tick'])).toEqual([]);
    expect(play(rules, ['at: 59s, expect: begun', 'at: 59s, expect: seen'])).toEqual([
      'expected begun at 59s, which came at 0s',
      'expected seen at 59s, which came at 0s',
    ]);
  });

  test('stops after the last step', () => {
    const rules = 'rules: [{ id: r, on: a, if: payload > 1, for: 1m, publish: { topic: b } }]';
    expect(play(rules, ['at: 0s, send: a, payload: 2', 'at: 59.999s, expect: nothing'])).toEqual([]);
  });
});

describe('rules', () => {
  test('run as they would: those that are disabled or in shadow publish nothing', () => {
    const rules = `rules:
  - { id: off, enabled: false, on: a, publish: { topic: b } }
  - { id: shadow, shadow: true, on: a, publish: { topic: c } }`;
    expect(play(rules, ['at: 0s, send: a'])).toEqual([]);
  });

  test('run alone where the test names them', () => {
    expect(play(ECHO, ['at: 0s, send: in/a, payload: 1', 'at: 0s, expect: out/a'], '    rules: [copy]\n')).toEqual([]);
    expect(play(ECHO, ['at: 0s, send: in/a, payload: 1'], '    rules: [echo]\n')).toEqual([]);
  });

  test('begin anew in each test', () => {
    const rules = `rules: [{ id: r, on: a, memory: { n: 0 }, set: { n: n + 1 }, publish: { topic: b, payload: "\${n}" } }]`;
    const once = 'script: [{ at: 0s, send: a }, { at: 0s, expect: b, payload: 1 }]';
    expect(
      runTests(`${rules}\ntests: [{ name: one, ${once} }, { name: two, ${once} }]`).map(({ result }) => result.passed),
    ).toEqual([true, true]);
  });

  test('that wake one another for ever are stopped by the count of hops', () => {
    const rules = 'rules: [{ id: ping, on: a, publish: { topic: a, payload: 1 } }]';
    expect(play(rules, ['at: 0s, send: a', ...Array.from({ length: 8 }, () => 'at: 0s, expect: a')])).toEqual([]);
  });

  test('that multiply what they get are stopped', () => {
    const publish = Array.from({ length: 8 }, () => '{ topic: a, payload: 1 }').join(', ');
    const rules = `rules: [{ id: many, on: a, rate_limit: off, publish: [${publish}] }]`;
    expect(play(rules, ['at: 5s, send: a', 'at: 6s, expect: nothing'])[0]).toBe(
      'given up at 5s: the rules make more than 10000 messages of one another in one millisecond',
    );
  });

  test('that publish without end are stopped', () => {
    const rules =
      'rules: [{ id: r, on: a, if: payload > 1, for: 1ms, repeat: 1ms, rate_limit: off, publish: { topic: b } }]';
    expect(play(rules, ['at: 0s, send: a, payload: 2', 'at: 1w, expect: nothing'])[0]).toMatch(
      /^given up at 1m40s\d+ms: the rules publish more than 100000 messages$/,
    );
  });
});

describe('what is told of a failure', () => {
  test('is what differs, and what the rule saw and decided', () => {
    expect(
      told(`rules:
  - id: door
    on: zigbee/+door
    where: exists(contact)
    if: contact == false and not (lux ?? 0) > 50
    for: 5m
    publish: { topic: notify, payload: { title: Door, doors: ["\${door}"], n: 1 } }
tests:
  - name: it
    script:
      - { at: 0s, send: zigbee/front, payload: { battery: 5 } }
      - { at: 1m, send: zigbee/front, payload: { contact: false } }
      - { at: 6m, expect: notify, payload: { title: Window, doors: [back, front], n: 1, x: { y: 2 } } }`),
    ).toMatchInlineSnapshot(`
      "13: 
      expected notify at 6m, which came with another payload
        {
      -   "title": "Window"
      +   "title": "Door"
          "doors": [
      -     "back"
      +     "front"
      -     "front"
          ]
          "n": 1
      -   "x": {"y":2}
        }
      what door did:
        0s        zigbee/front {"battery":5}
                  where: exists(contact) → false for front
                    contact = unknown
        1m        zigbee/front {"contact":false}
                  where: exists(contact) → true for front
                    contact = false
                  if: contact == false and not (lux ?? 0) > 50 → true for front
                    contact == false → true
                      contact = false
                    not (lux ?? 0) > 50 → true
                      (lux ?? 0) > 50 → false
                        lux ?? 0 → 0
                          lux = unknown
        6m        time has passed
                  publish notify {"title":"Door","doors":["front"],"n":1}"
    `);
  });

  test('is what came instead, and that nothing came to the rule', () => {
    expect(
      told(`rules:
  - { id: copy, on: in/+x, publish: { topic: "out/\${x}", payload: "\${payload}" } }
  - { id: other, on: other, publish: { topic: out/b } }
tests:
  - name: it
    script:
      - { at: 0s, send: in/a, payload: "\\e[31mred\\n" }
      - { at: 1s, expect: out/b, contains: { a: 1 } }
      - { at: 2s, expect: ot/a }
      - { at: 1h, expect: out/a }
      - { at: 2h, send: in/a, payload: "\\e[31mred\\n", retain: true }
      - { at: 2h, expect: nothing }`),
    ).toMatchInlineSnapshot(`
      "8: 
      expected out/b at 1s, which did not come
      - {"a":1}
      published around that time:
        0s        out/a \\u001b[31mred\\u000a, published by copy
      what copy, other did:
        0s        in/a \\u001b[31mred\\u000a
                  publish out/a \\u001b[31mred\\u000a

      9: 
      expected ot/a at 2s, to which no rule here publishes: did you mean out/a?
      published around that time:
        0s        out/a \\u001b[31mred\\u000a, published by copy

      10: 
      expected out/a at 1h, which came at 0s"
    `);
  });

  test('is why a rule could not act', () => {
    expect(
      told(`rules:
  - id: r
    on: a
    if: lists
    publish: { topic: b, payload: "\${missing}" }
    on_error: { log: "failed: \${error}" }
tests:
  - name: it
    script:
      - { at: 0s, send: a, payload: { lists: [1] } }
      - { at: 0s, expect: b }`),
    ).toMatchInlineSnapshot(`
      "11: 
      expected b at 0s, which did not come
      what r did:
        0s        a {"lists":[1]}
                  if: lists → [1]
                  unknown_value: \${missing} in the payload is unknown
                  log {"level":"info","message":"failed: \${missing} in the payload is unknown"}"
    `);
  });
});
