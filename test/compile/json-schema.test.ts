import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ruleFileSchema } from '../../src/compile/json-schema.ts';
import { KEYWORDS } from '../../src/compile/keywords.ts';
import { parseDuration, parseOffset } from '../../src/spec/duration.ts';

const root = join(import.meta.dirname, '../..');
// Strict: a keyword that is none is a mistake of ours. A union of types is how `qos` and others are.
const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false }).addKeyword('markdownDescription');
const validate = ajv.compile(ruleFileSchema());
const valid = (yaml: string): boolean => validate(parse(yaml));

test('is committed as the table of keywords has it (if not: npx tsx scripts/write-schema.ts)', () => {
  const committed: unknown = JSON.parse(readFileSync(join(root, 'schema/automate.schema.json'), 'utf8'));
  expect(committed).toEqual(ruleFileSchema());
});

test('accepts every rule file that comes along', () => {
  const files = readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    expect(
      validate(parse(readFileSync(join(root, 'rules', file), 'utf8'))),
      `${file}: ${ajv.errorsText(validate.errors)}`,
    ).toBe(true);
  }
});

test.each(Object.entries(KEYWORDS).map(([name, { example }]) => [name, example]))(
  'accepts the example of %s',
  (name, example) => {
    const on = name === 'on' ? '' : 'on: a/+room/b\n';
    expect(valid(`${on}${example}\n`), ajv.errorsText(validate.errors)).toBe(true);
  },
);

const TESTS =
  'tests: [{ name: x, start: 2026-11-20, rules: [one], script: [{ at: 0s, send: a, payload: { b: 1 }, retain: true }, { at: 2026-11-20T10:00:00Z, expect: b, contains: c, qos: 1 }, { at: 5m, expect: nothing }] }]';

test.each([
  ['one rule', 'on: a\nlog: hello'],
  ['sources of time', 'on: [{ every: 30s }, { schedule: "0 9 * * *", timezone: UTC }, { start: true }, a]\nlog: hello'],
  ['a list', '- { id: one, on: a, log: hello }\n- { id: two, on: [b, { topic: c, qos: 2 }], log: hello }'],
  [
    'a file',
    'vars: { limit: 30 }\ndefaults: { on: a, throttle: 1m }\nrules: [{ id: one, if: payload > limit, log: hello }]',
  ],
  ['a sequence', 'sequence: [{ on: a }, { on: b, within: 5s }]\nlog: hello'],
  ['tests beside a rule', `on: a\nlog: hello\n${TESTS}`],
  ['tests in a file', `rules: [{ id: one, on: a, log: hello }]\n${TESTS}`],
  ['tests alone', TESTS],
])('accepts %s', (_name, yaml) => {
  expect(valid(yaml), ajv.errorsText(validate.errors)).toBe(true);
});

test.each([
  ['an unknown key', 'on: a\nhold: 5m'],
  ['an unknown key of a file', 'rule: []\nrules: []'],
  ['an unknown key deep inside', 'on: a\npublish: { topic: b, paylod: 1 }'],
  ['a rule without `on`', 'id: one\nlog: hello'],
  ['an id among the defaults', 'defaults: { id: one }\nrules: []'],
  ['a duration that is none', 'on: a\nthrottle: 5 minutes'],
  ['a QoS that is none', 'on: { topic: a, qos: 3 }'],
  ['a text', 'hello'],
  ['tests beside one rule of several', `- on: a\n  log: hello\n  ${TESTS}`],
  ['tests beside something else', `vars: {}\n${TESTS}`],
  ['a test without a script', 'tests: [{ name: x }]'],
  ['a step with an unknown key', 'tests: [{ name: x, script: [{ at: 0s, send: a, paylod: 1 }] }]'],
  ['a time that is none', 'tests: [{ name: x, script: [{ at: 5 minutes, send: a }] }]'],
])('refuses %s', (_name, yaml) => {
  expect(valid(yaml)).toBe(false);
});

test('shows the words of each key in editors', () => {
  const { definitions } = ruleFileSchema() as {
    definitions: { rule: { properties: Record<string, Record<string, unknown>> } };
  };
  const { properties } = definitions.rule;
  expect(Object.keys(properties)).toEqual(Object.keys(KEYWORDS));
  for (const [name, { docs, example }] of Object.entries(KEYWORDS)) {
    expect(properties[name]).toMatchObject({
      title: name,
      description: docs,
      markdownDescription: expect.stringContaining(example),
    });
  }
});

describe('durations are those that the rules understand', () => {
  test.each([
    '10s',
    '5m',
    '1h30m',
    '250ms',
    '2d',
    '1w2d',
    '1.5h',
    '0s',
    '',
    '5',
    '5 m',
    '30m1h',
    '5min',
    '1m1m',
    '-5m',
    '+5m',
    '-',
    '.5h',
  ])('%j', (text) => {
    expect(valid(`on: a\nthrottle: ${JSON.stringify(text)}`)).toBe(parseDuration(text) !== undefined);
    expect(valid(`on: [{ sun: sunset, offset: ${JSON.stringify(text)} }]`)).toBe(parseOffset(text) !== undefined);
  });
});
