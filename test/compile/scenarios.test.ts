import { describe, expect, test } from 'vitest';
import { compileFile, type CompiledFile } from '../../src/compile/compile-file.ts';
import { compileFolder } from '../../src/compile/folder.ts';
import { testedFiles } from '../../src/compile/test-files.ts';
import { zone } from '../../src/core/logic/zone-intl.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

const SURROUNDINGS = { env: () => undefined, file: () => new Error('none') };
const RULE = 'id: r\non: t/+k\nlog: x\n';

function compile(text: string, path = 'rules/r.yaml', settings = PLAY_SETTINGS): CompiledFile {
  return compileFile(path, text, settings, SURROUNDINGS);
}

function problems(tests: string): string[] {
  return compile(`${RULE}tests:\n${tests}`).problems.map(
    ({ line, column, code, message, hint }) =>
      `${line}:${column} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

/** The times of the steps in a script of one test, in seconds after the start; the start itself in epoch milliseconds. */
function times(head: string, ...at: readonly string[]): number[] {
  const script = at.map((time) => `{ at: "${time}", expect: nothing }`).join(', ');
  const { tests, problems } = compile(`${RULE}tests: [{ name: a, ${head} script: [${script}] }]`);
  expect(problems).toEqual([]);
  const { start, script: steps } = tests[0] ?? { start: Number.NaN, script: [] };
  return [start, ...steps.map((step) => (step.at - start) / 1000)];
}

describe('tests', () => {
  test('stand beside a single rule, or beside `rules`', () => {
    const tests = 'tests: [{ name: one, script: [{ at: 0s, send: t/a }] }]\n';
    for (const text of [
      RULE + tests,
      `rules: [{ id: r, on: t/+k, log: x }]\n${tests}`,
      `sequence: [{ on: a }, { on: b }]\nlog: x\n${tests}`,
    ]) {
      const { rules, tests, problems } = compile(text);
      expect([rules.length, tests.map(({ name }) => name), problems]).toEqual([1, ['one'], []]);
    }
  });

  test('are read with what is usual filled in', () => {
    const text = `${RULE}tests:
  - name: one
    script:
      - { at: 0s, send: t/a }
      - { at: 1s, send: t/a, payload: { x: 1 }, retain: true, qos: 2, properties: { a: b, c: [d, e] } }
      - { at: 1s, expect: o }
      - { at: 2s, expect: o, contains: null, retain: false, qos: 1, properties: { a: b } }
      - { at: 3s, expect: nothing }`;
    const { tests, problems } = compile(text);
    expect(problems).toEqual([]);
    expect(JSON.parse(JSON.stringify(tests))).toEqual([
      {
        name: 'one',
        start: Date.parse('2000-01-01T00:00:00Z'),
        timezone: null,
        rules: null,
        line: 5,
        column: 5,
        script: [
          {
            type: 'send',
            at: 946684800000,
            line: 7,
            column: 9,
            topic: 't/a',
            retained: false,
            qos: 0,
            broker: 'default',
          },
          {
            type: 'send',
            at: 946684801000,
            line: 8,
            column: 9,
            topic: 't/a',
            payload: { x: 1 },
            retained: true,
            qos: 2,
            properties: { a: 'b', c: ['d', 'e'] },
            broker: 'default',
          },
          { type: 'expect', at: 946684801000, line: 9, column: 9, topic: 'o', broker: 'default' },
          {
            type: 'expect',
            at: 946684802000,
            line: 10,
            column: 9,
            topic: 'o',
            contains: null,
            retain: false,
            qos: 1,
            properties: { a: 'b' },
            broker: 'default',
          },
          { type: 'silence', at: 946684803000, line: 11, column: 9 },
        ],
      },
    ]);
  });

  test('have times that are durations from the start, or points in time', () => {
    expect(times('', '0s', '250ms', '1h30m', '25.5h', '2d')).toEqual([946684800000, 0, 0.25, 5400, 91800, 172800]);
    expect(times('start: "2026-11-20T10:00:00Z",', '1m', '2026-11-20T10:05:00Z', '2026-11-20T12:06:00+02:00')).toEqual([
      1795168800000, 60, 300, 360,
    ]);
  });

  test('have times in the time zone of the test where they name none', () => {
    const [summer] = times('timezone: Europe/Berlin, start: "2026-07-01T12:00",', '2026-07-01T12:01');
    expect(summer).toBe(Date.parse('2026-07-01T10:00:00Z'));
    const settings = { ...PLAY_SETTINGS, zone: zone('Asia/Tokyo') };
    const text = `${RULE}tests: [{ name: a, start: 2026-07-01T12:00, script: [{ at: 0s, expect: nothing }] }]`;
    expect(compile(text, 'r.yaml', settings).tests[0]?.start).toBe(Date.parse('2026-07-01T03:00:00Z'));
  });
});

describe('mistakes in tests are all found, each at its place', () => {
  test('in the test', () => {
    expect(
      problems(`  - name: a
    rules: [r, rr]
    start: soon
    timezone: Mars
    script: [{ at: 0s, expect: nothing }]
  - script: []
    steps: 1
  - 5`),
    ).toEqual([
      '6:16 unknown-rule: there is no rule "rr" to test (Did you mean "r"?)',
      '7:12 invalid-time: "soon" is not a time (Write one such as 2026-11-20T10:00:00Z)',
      '8:15 invalid-value: there is no time zone "Mars" (Write one such as Europe/Berlin or UTC)',
      '10:5 missing-key: a test needs the key "name" (Add it: name: …)',
      '10:13 invalid-value: the list is empty',
      '11:5 unknown-key: "steps" is not a key of a test (Did you mean "script"?)',
      '12:5 wrong-type: expected a mapping, got a number',
    ]);
  });

  test('in the steps', () => {
    expect(
      problems(`  - name: a
    script:
      - { at: 5, send: a }
      - { at: 5 min, send: a/+ }
      - { at: 5m, sned: a }
      - { at: 5m, publish: a }
      - { at: 5m }
      - { at: 5m, send: a, expect: b }
      - { send: "", payload: 1, contains: 2 }
      - { at: 5m, expect: b, payload: 1, contains: 2, broker: x }
      - { at: 4m, expect: nothing }
      - { at: 6m, expect: nothing, payload: 1 }
      - { at: 1999-12-31, expect: b, qos: 3 }
      - { at: 1999-12-31, expect: b }
      - { at: 1999-12-31, expect: { topic: b } }
      - hello
      -`),
    ).toEqual([
      '7:15 wrong-type: expected a duration or a text for `at`, got a number (Give it a unit: 5s or 5m)',
      '8:15 invalid-time: "5 min" is not a time (Write how long after the start, such as 5m, or a time such as 2026-11-20T10:00:00Z)',
      '8:28 invalid-topic: this is not a topic: it has a wildcard (+ or #) (Write the whole topic of one message)',
      '9:19 unknown-key: "sned" is not a key of a step (Did you mean "send"?)',
      '10:19 unknown-key: "publish" is not a key of a step (Did you mean "send"?)',
      '11:9 missing-key: a step needs the key "send" or "expect" (Write { at: 0s, send: a/topic, payload: 1 } or { at: 0s, expect: a/topic })',
      '12:28 impossible-combination: a step either sends or expects (Make two steps of it)',
      '13:9 missing-key: a step needs the key "at" (Add it: at: …)',
      '13:33 unknown-key: "contains" is not a key of a step (The keys are at, send, payload, retain, qos, properties, broker)',
      '14:42 impossible-combination: `contains` cannot go with `payload`, which is all of it (Take one of them out)',
      '14:63 unknown-broker: there is no broker called "x" (Brokers: default)',
      '15:15 decreasing-time: this is earlier than the step before it (Steps stand in the order of time, and the one on line 14 is later)',
      '16:36 unknown-key: "payload" is not a key of a step (The keys are at, expect)',
      '17:43 invalid-value: 3 is not one of the values for `qos`: 0, 1, 2',
      '18:15 invalid-time: this is before the start of the test (Let the test begin sooner, with start:)',
      '19:35 wrong-type: expected a text for `expect`, got a mapping (For example: { at: 5m, expect: a/topic, payload: 1 })',
      '20:9 wrong-type: expected a mapping, got a text',
      '21:8 wrong-type: expected a mapping, got nothing',
    ]);
  });

  test('beside mistakes in the rules', () => {
    expect(
      compile('id: r\non: t\nfor: 5\nlog: x\ntests: [{ name: a }]').problems.map(({ line, code }) => `${line} ${code}`),
    ).toEqual(['3 wrong-type', '5 missing-key']);
  });

  test('a rule that does not run is told of', () => {
    const text =
      'rules: [{ id: r, enabled: false, on: t, log: x }]\ntests: [{ name: a, rules: [r], script: [{ at: 0s, send: t }] }]';
    expect(compile(text).problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning disabled-rule',
    ]);
  });
});

describe('a file of tests', () => {
  const file = (path: string, text: string): { path: string; text: string } => ({ path, text });
  const rule = (id: string): string => `id: ${id}\non: t\nlog: x\n`;
  const tests = (id: string): string => `tests: [{ name: a, rules: [${id}], script: [{ at: 0s, send: t }] }]\n`;

  test('holds nothing else', () => {
    const told = (text: string): string[] =>
      compile(text, 'a/b.test.yml').problems.map(({ line, code }) => `${line} ${code}`);
    expect(told('tests: [{ name: a, script: [{ at: 0s, send: t }] }]')).toEqual([]);
    expect(told('tests: []\nrules: []\nvars: {}')).toEqual(['2 unknown-key', '3 unknown-key']);
    expect(told('on: a\nlog: x')).toEqual(['1 missing-key']);
    expect(told('[]')).toEqual(['1 wrong-type']);
    expect(told('tests:')).toEqual(['1 wrong-type']);
  });

  test.each([
    ['a/heat.test.yaml', ['a/heat.yml']],
    ['a/heat.test.json', ['a/heat.yml']],
    ['a/all.test.yaml', ['a/heat.yml', 'a/light.yaml', 'a/b/deep.yaml']],
    ['top.test.yaml', ['a/heat.yml', 'a/light.yaml', 'a/b/deep.yaml', 'z.yaml']],
    ['a/b/x.test.yaml', ['a/b/deep.yaml']],
    ['a/light.yaml', ['a/light.yaml']],
  ])('%s is about %j', (path, expected) => {
    const paths = ['a/heat.yml', 'a/light.yaml', 'a/heat.test.yaml', 'a/b/deep.yaml', 'z.yaml'].map((path) => ({
      path,
    }));
    expect(testedFiles(path, paths).map((one) => one.path)).toEqual(expected);
  });

  test('names rules of the files that it is about', () => {
    const told = (...files: { path: string; text: string }[]): string[] =>
      compileFolder({ files, unreadable: [] }, new Map(), PLAY_SETTINGS, SURROUNDINGS).problems.map(
        ({ file, line, column, code }) => `${file}:${line}:${column} ${code}`,
      );
    expect(told(file('a.yaml', rule('one')), file('a.test.yaml', tests('one')))).toEqual([]);
    expect(told(file('a.yaml', rule('one')), file('b.yaml', rule('two')), file('a.test.yaml', tests('two')))).toEqual([
      'a.test.yaml:1:28 unknown-rule',
    ]);
    expect(told(file('a.yaml', rule('one')), file('b.yaml', rule('two')), file('c.test.yaml', tests('two')))).toEqual(
      [],
    );
    // What rules there are is not known.
    expect(told(file('a.yaml', 'id: ['), file('a.test.yaml', tests('one'))).map((line) => line.split(':')[0])).toEqual([
      'a.yaml',
    ]);
  });
});
