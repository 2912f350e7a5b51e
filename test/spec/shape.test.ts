import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatProblem } from '../../src/spec/frame.ts';
import { DURATION } from '../../src/spec/shape-words.ts';
import { checkShape } from '../../src/spec/shape.ts';
import { read } from './explain.ts';

const topic = z.strictObject({
  topic: z.string().min(1),
  qos: z.literal([0, 1, 2]).optional(),
  retained: z.enum(['prime', 'use', 'skip']).optional(),
});
const schedule = z.strictObject({ schedule: z.string(), timezone: z.string().optional() });
const publish = z.strictObject({
  topic: z.string(),
  payload: z.unknown(),
  retain: z.boolean().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

const rule = z.strictObject({
  id: z
    .string()
    .regex(/^[\w-]+$/, 'an id has only letters, digits, "-" and "_"')
    .optional(),
  on: z.union([z.string(), z.array(z.string()).min(1), topic, schedule]),
  if: z.unknown().optional(),
  for: z.union([z.string(), z.number()]).optional(),
  publish: z.union([publish, z.array(publish)]).optional(),
  log: z
    .union([z.string(), z.strictObject({ level: z.enum(['info', 'warn']).default('info'), message: z.string() })])
    .optional(),
  max_keys: z.int().min(1).max(1_000_000).optional(),
  by: z.union([z.array(z.string()), z.literal(false)]).optional(),
  memory: z.record(z.string().regex(/^\w+$/, 'a name has only letters, digits and "_"'), z.number()).optional(),
});

function check(text: string, schema: z.ZodType = rule): unknown {
  const document = read(text);
  const result = checkShape(document, [], document.data, schema, {
    noun: 'a rule',
    synonyms: { hold: 'for', trigger: 'on' },
  });
  if ('value' in result) return result.value;
  return `\n${result.problems.map((problem) => formatProblem(problem, text, { color: false })).join('\n')}\n`;
}

test('hints at quotes that are missing or too many', () => {
  expect(check('on: true\nmax_keys: "5"\n')).toMatchInlineSnapshot(`
    "
    rules.yaml:1:5 error wrong-type: expected a text, a list or a mapping for \`on\`, got true
      1 | on: true
        |     ^^^^
      hint: Put it in quotes: "true"
    rules.yaml:2:11 error wrong-type: expected a number for \`max_keys\`, got a text
      1 | on: true
      2 | max_keys: "5"
        |           ^^^
      hint: Write it without quotes
    "
  `);
});

test('a right value comes back as the schema gives it', () => {
  expect(check('on: a\nlog: { message: x }\n')).toEqual({ on: 'a', log: { level: 'info', message: 'x' } });
});

describe('a mistake', () => {
  test('keys that do not exist', () => {
    expect(
      check('on: a\nhold: 5m\npublsih: { topic: a }\nzzz: 1\npublish:\n  topic: a\n  payload: 1\n  retian: true\n'),
    ).toMatchInlineSnapshot(`
      "
      rules.yaml:2:1 error unknown-key: "hold" is not a key of a rule
        1 | on: a
        2 | hold: 5m
          | ^^^^
        hint: Did you mean "for"?
      rules.yaml:3:1 error unknown-key: "publsih" is not a key of a rule
        2 | hold: 5m
        3 | publsih: { topic: a }
          | ^^^^^^^
        hint: Did you mean "publish"?
      rules.yaml:4:1 error unknown-key: "zzz" is not a key of a rule
        3 | publsih: { topic: a }
        4 | zzz: 1
          | ^^^
        hint: The keys are id, on, if, for, publish, log, max_keys, by, memory
      rules.yaml:8:3 error unknown-key: "retian" is not a key of \`publish\`
        7 |   payload: 1
        8 |   retian: true
          |   ^^^^^^
        hint: Did you mean "retain"?
      "
    `);
  });

  test('a key that is missing', () => {
    expect(check('if: x\npublish:\n  - payload: 1\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error missing-key: a rule needs the key "on"
        1 | if: x
          | ^^
        hint: Add it: on: …
      rules.yaml:3:5 error missing-key: \`publish\` needs the key "topic"
        2 | publish:
        3 |   - payload: 1
          |     ^^^^^^^
        hint: Add it: topic: …
      "
    `);
  });

  test('a value of the wrong kind', () => {
    expect(
      check('on: 5\nif: 1\nmax_keys: many\nby: true\npublish: { topic: a, payload: 1, retain: yes }\nmemory: [1]\n'),
    ).toMatchInlineSnapshot(`
      "
      rules.yaml:1:5 error wrong-type: expected a text, a list or a mapping for \`on\`, got a number
        1 | on: 5
          |     ^
        hint: Put it in quotes: "5"
      rules.yaml:3:11 error wrong-type: expected a number for \`max_keys\`, got a text
        2 | if: 1
        3 | max_keys: many
          |           ^^^^
      rules.yaml:4:5 error wrong-type: expected a list or false for \`by\`, got true
        3 | max_keys: many
        4 | by: true
          |     ^^^^
      rules.yaml:5:42 error wrong-type: expected true or false for \`retain\`, got a text
        4 | by: true
        5 | publish: { topic: a, payload: 1, retain: yes }
          |                                          ^^^
        hint: Write true or false: "yes" is a text
      rules.yaml:6:9 error wrong-type: expected a mapping for \`memory\`, got a list
        5 | publish: { topic: a, payload: 1, retain: yes }
        6 | memory: [1]
          |         ^^^
      "
    `);
  });

  test('a key without a value', () => {
    expect(check('on:\npublish:\nfor:\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error missing-value: \`on:\` has no value
        1 | on:
          | ^^
        hint: Write a text, a list or a mapping behind it, or remove the key
      rules.yaml:2:1 error missing-value: \`publish:\` has no value
        1 | on:
        2 | publish:
          | ^^^^^^^
        hint: Write a mapping or a list behind it, or remove the key
      rules.yaml:3:1 error missing-value: \`for:\` has no value
        2 | publish:
        3 | for:
          | ^^^
        hint: Write a text or a number behind it, or remove the key
      "
    `);
  });

  test('a value that is not among the possible ones', () => {
    expect(check('on: { topic: a, qos: 3, retained: primed }\nlog: { level: wran, message: x }\n'))
      .toMatchInlineSnapshot(`
      "
      rules.yaml:1:22 error invalid-value: 3 is not one of the values for \`qos\`: 0, 1, 2
        1 | on: { topic: a, qos: 3, retained: primed }
          |                      ^
      rules.yaml:1:35 error invalid-value: "primed" is not one of the values for \`retained\`: "prime", "use", "skip"
        1 | on: { topic: a, qos: 3, retained: primed }
          |                                   ^^^^^^
        hint: Did you mean "prime"?
      rules.yaml:2:15 error invalid-value: "wran" is not one of the values for \`level\`: "info", "warn"
        1 | on: { topic: a, qos: 3, retained: primed }
        2 | log: { level: wran, message: x }
          |               ^^^^
        hint: Did you mean "warn"?
      "
    `);
  });

  test('of a choice, the branch that was meant is explained', () => {
    expect(check('on: { schedule: "0 5 * * *", timezon: x }\nlog: { level: warn, message: 5 }\n'))
      .toMatchInlineSnapshot(`
      "
      rules.yaml:1:30 error unknown-key: "timezon" is not a key of \`on\`
        1 | on: { schedule: "0 5 * * *", timezon: x }
          |                              ^^^^^^^
        hint: Did you mean "timezone"?
      rules.yaml:2:30 error wrong-type: expected a text for \`message\`, got a number
        1 | on: { schedule: "0 5 * * *", timezon: x }
        2 | log: { level: warn, message: 5 }
          |                              ^
        hint: Put it in quotes: "5"
      "
    `);
    expect(check('on: [a, 5]\npublish:\n  - { topic: a, payload: 1 }\n  - { topic: 7, payload: 1 }\n'))
      .toMatchInlineSnapshot(`
      "
      rules.yaml:1:9 error wrong-type: expected a text, got a number
        1 | on: [a, 5]
          |         ^
        hint: Put it in quotes: "5"
      rules.yaml:4:14 error wrong-type: expected a text for \`topic\`, got a number
        3 |   - { topic: a, payload: 1 }
        4 |   - { topic: 7, payload: 1 }
          |              ^
        hint: Put it in quotes: "7"
      "
    `);
  });

  test('numbers, texts and lists out of bounds', () => {
    expect(check('id: a b\non: []\nmax_keys: 0\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:5 error invalid-value: an id has only letters, digits, "-" and "_"
        1 | id: a b
          |     ^^^
      rules.yaml:2:5 error invalid-value: the list is empty
        1 | id: a b
        2 | on: []
          |     ^^
      rules.yaml:3:11 error invalid-value: the number must be at least 1
        2 | on: []
        3 | max_keys: 0
          |           ^
      "
    `);
    expect(check('on: { topic: "" }\nmax_keys: 1.5\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:14 error invalid-value: the text is empty
        1 | on: { topic: "" }
          |              ^^
      rules.yaml:2:11 error wrong-type: expected a whole number for \`max_keys\`, got 1.5
        1 | on: { topic: "" }
        2 | max_keys: 1.5
          |           ^^^
      "
    `);
  });

  test('names and values in a mapping of free names', () => {
    expect(check('on: a\nmemory: { "a b": 1, c: x }\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:11 error invalid-value: a name has only letters, digits and "_"
        1 | on: a
        2 | memory: { "a b": 1, c: x }
          |           ^^^^^
      rules.yaml:2:24 error wrong-type: expected a number for \`c\`, got a text
        1 | on: a
        2 | memory: { "a b": 1, c: x }
          |                        ^
      "
    `);
  });

  test('a choice by a key', () => {
    const schema = z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('file'), path: z.string() }),
      z.strictObject({ type: z.literal('memory') }),
    ]);
    expect(check('type: fiel\n', schema)).toMatchInlineSnapshot(`
      "
      rules.yaml:1:7 error invalid-value: "fiel" is not one of the values for \`type\`: "file", "memory"
        1 | type: fiel
          |       ^^^^
        hint: Did you mean "file"?
      "
    `);
    expect(check('path: x\n', schema)).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error missing-key: a rule needs the key "type"
        1 | path: x
          | ^^^^
        hint: Add it: type: …
      "
    `);
    expect(check('type: file\n', schema)).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error missing-key: a rule needs the key "path"
        1 | type: file
          | ^^^^
        hint: Add it: path: …
      "
    `);
  });

  test('the whole value is of the wrong kind', () => {
    expect(check('[1]\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error wrong-type: expected a mapping, got a list
        1 | [1]
          | ^^^
      "
    `);
  });
});

test('a length of time without a unit is told to get one, not quotes', () => {
  const duration = z.string({ error: DURATION }).refine((text) => text.endsWith('s'), { error: 'expected a duration' });
  const schema = z.strictObject({ ttl: duration.optional(), throttle: z.union([duration, topic]).optional() });
  expect(check('ttl: 5\nthrottle: 10\n', schema)).toMatchInlineSnapshot(`
    "
    rules.yaml:1:6 error wrong-type: expected a duration for \`ttl\`, got a number
      1 | ttl: 5
        |      ^
      hint: Give it a unit: 5s or 5m
    rules.yaml:2:11 error wrong-type: expected a duration or a mapping for \`throttle\`, got a number
      1 | ttl: 5
      2 | throttle: 10
        |           ^^
      hint: Give it a unit: 10s or 10m
    "
  `);
});

test.each([
  ['1e30', 'at most 1000000'],
  ['-1e30', 'at least 1'],
])('says once that %s is beyond its limit', (number, bound) => {
  expect(check(`on: a\nmax_keys: ${number}\n`)).toBe(`
rules.yaml:2:11 error invalid-value: the number must be ${bound}
  1 | on: a
  2 | max_keys: ${number}
    |           ${'^'.repeat(number.length)}
`);
});
