import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/spec/document.ts';
import { explain } from './explain.ts';

describe('a mistake in a file says what, where, and what to do', () => {
  test('nothing in it', () => {
    expect(explain('')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error empty-file: the file is empty
        1 |
          | ^
        hint: Write a rule, or remove the file: an empty file may be one that was cut short, so it does not mean "no rules"
      "
    `);
    expect(explain('# later\n\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error empty-file: the file holds nothing but comments
        1 | # later
          | ^
        hint: Write a rule, or remove the file: an empty file may be one that was cut short, so it does not mean "no rules"
      "
    `);
  });

  test('cut short', () => {
    expect(explain('rules:\n  - id: a\n    on: { topic: a/b, qos')).toMatchInlineSnapshot(`
      "
      rules.yaml:3:9 error unclosed-bracket: this "{" is never closed
        2 |   - id: a
        3 |     on: { topic: a/b, qos
          |         ^
        hint: Close it with "}"; lines inside must be indented deeper than the key. A file cut short ends like this too
      "
    `);
    expect(explain('rules:\n  - id: a\n    log: "it is')).toMatchInlineSnapshot(`
      "
      rules.yaml:3:10 error unclosed-quote: the text that begins with this " never ends
        2 |   - id: a
        3 |     log: "it is
          |          ^
        hint: Close it with "; a file cut short ends like this too
      "
    `);
  });

  test.each(['a: "b\\"', "a: 'b''", 'a: "', "a: '", 'a: "b\\\\\\"', '[1, 2', '{"a": [1, {"b": "c', 'a: {b: c,\n  d'])(
    'cut short: %s',
    (text) => {
      expect(explain(text)).toMatch(/ (?:unclosed-quote|unclosed-bracket): /);
    },
  );

  test('a bracket or quote that is closed too late', () => {
    expect(explain('- by: [a, b\n  if: x > 1\n- on: y\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:7 error unclosed-bracket: this "[" is never closed
        1 | - by: [a, b
          |       ^
        hint: Close it with "]"; lines inside must be indented deeper than the key. A file cut short ends like this too
      "
    `);
    expect(explain('a: "abc\nb: x"y\nc: 1\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:4 error unclosed-quote: the text that begins with this " never ends
        1 | a: "abc
          |    ^
        hint: Close it with "; a file cut short ends like this too
      "
    `);
  });

  test('a key twice', () => {
    expect(explain('on: a\nif: x\non: b\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:3:1 error duplicate-key: the key "on" is there already on line 1
        2 | if: x
        3 | on: b
          | ^^
        hint: Keep one of the two
      "
    `);
    expect(explain('{ "a": 1, "\\u0061": 2 }')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:11 error duplicate-key: the key "a" is there already on line 1
        1 | { "a": 1, "\\u0061": 2 }
          |           ^^^^^^^^
        hint: Keep one of the two
      "
    `);
  });

  test('keys that are no texts', () => {
    expect(explain('? [a, b]\n: 1\n~: 2\n: 3\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:3 error complex-key: a key must be a text, not a list, a mapping or an alias
        1 | ? [a, b]
          |   ^^^^^^
        hint: Quote the key if it is a text
      rules.yaml:3:1 error null-key: this key is nothing
        2 | : 1
        3 | ~: 2
          | ^
        hint: Quote it if it is a text: '~'
      rules.yaml:4:1 error null-key: this key is nothing
        3 | ~: 2
        4 | : 3
          | ^
        hint: Write a key before the ":"
      "
    `);
    expect(explain('- &base { on: a }\n- <<: *base\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:3 error merge-key: "<<" does not merge: YAML 1.2 has no merge keys
        1 | - &base { on: a }
        2 | - <<: *base
          |   ^^
        hint: Put what several rules share under \`defaults:\`
      "
    `);
  });

  test('tags', () => {
    expect(explain('password: !secret mqtt\nn: !!int x\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:11 error unknown-tag: the tag "!secret" means nothing here
        1 | password: !secret mqtt
          |           ^^^^^^^
        hint: Secrets come from outside as "\${env:NAME}" or "\${file:/path}", in the configuration and in \`vars\`
      rules.yaml:2:4 error unknown-tag: the tag "!!int" means nothing here
        1 | password: !secret mqtt
        2 | n: !!int x
          |    ^^^^^
        hint: There are no tags here. Quote a text that begins with "!"
      "
    `);
  });

  test('aliases without an anchor, or inside their own', () => {
    expect(explain('a: &x [1, *x]\nb: *y\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:11 error endless-alias: "*x" stands inside the value that it stands for
        1 | a: &x [1, *x]
          |           ^^
        hint: Write the value out
      rules.yaml:2:4 error unknown-alias: YAML reads "*y" as an alias, and no "&y" comes before it
        1 | a: &x [1, *x]
        2 | b: *y
          |    ^^
        hint: Quote the expression: b: '*y'
      "
    `);
  });

  test('indentation', () => {
    expect(explain('a: 1\n  b: 2\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:3 error indentation: this is indented deeper than the key above it, which already has a value
        1 | a: 1
        2 |   b: 2
          |   ^^^^
        hint: Begin it at the column of that key, or quote the value above if it goes on here
      "
    `);
    expect(explain('a:\n  b: 1\n c: 2\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:3:2 error indentation: this is not indented like the other keys beside it
        2 |   b: 1
        3 |  c: 2
          |  ^^^^
        hint: Begin all of them at the same column
      "
    `);
    expect(explain('a:\n\tb: 1\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:1 error tab-indentation: a tab cannot be used for indentation
        1 | a:
        2 |   b: 1
          | ^^
        hint: Use spaces
      "
    `);
    expect(explain('- a\nb: 1\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:1 error yaml-syntax: "b: 1" is left over: the value before it is complete
        1 | - a
        2 | b: 1
          | ^^^^
        hint: Quote all of it if it is one text, or begin a new line
      "
    `);
  });

  test('a space that is missing', () => {
    expect(explain('id: x\non:home/x\nif: y\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:1 error yaml-syntax: this line is neither "key: value" nor "- item"
        1 | id: x
        2 | on:home/x
          | ^^^^^^^^^
        hint: Put a space after the colon: on: home/x
      "
    `);
    expect(explain('- a\n-b\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:1 error yaml-syntax: "-b" is left over: the value before it is complete
        1 | - a
        2 | -b
          | ^^
        hint: Put a space after the dash: - b
      "
    `);
  });

  test('commas and brackets in the wrong place', () => {
    expect(explain('a: [1,,2]\nb: }\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:7 error yaml-syntax: there is a comma too many
        1 | a: [1,,2]
          |       ^
        hint: Remove it, or write what belongs before it
      rules.yaml:2:4 error yaml-syntax: this "}" closes nothing
        1 | a: [1,,2]
        2 | b: }
          |    ^
        hint: Remove it, or open the bracket before it
      "
    `);
    expect(explain('on: { schedule: "0 5 * * *", every 3 }\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:30 error missing-value: "every 3" has no value
        1 | on: { schedule: "0 5 * * *", every 3 }
          |                              ^^^^^^^
        hint: Inside { … } write "key: value", and quote a text that has a comma in it
      "
    `);
  });

  test('escapes', () => {
    expect(explain(String.raw`if: matches(x, "\d+")` + '\nmessage: "\\d"\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:11 error bad-escape: "\\d" means nothing in a text in double quotes
        1 | if: matches(x, "\\d+")
        2 | message: "\\d"
          |           ^^
        hint: Write \\\\ for a backslash, or put the text in single quotes, where it stands for itself
      "
    `);
  });

  test('numbers that JSON does not have or a number cannot hold', () => {
    expect(explain('a: .nan\nb: -.inf\nc: 1e999\nd: 12345678901234567890\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:4 error not-finite: .nan is not a number that JSON has
        1 | a: .nan
          |    ^^^^
        hint: Quote it if it is a text: '.nan'
      rules.yaml:2:4 error not-finite: -.inf is not a number that JSON has
        1 | a: .nan
        2 | b: -.inf
          |    ^^^^^
        hint: Quote it if it is a text: '-.inf'
      rules.yaml:3:4 error not-finite: 1e999 is not a number that JSON has
        2 | b: -.inf
        3 | c: 1e999
          |    ^^^^^
        hint: Quote it if it is a text: '1e999'
      rules.yaml:4:4 error inexact-number: 12345678901234567890 has too many digits to be kept exactly
        3 | c: 1e999
        4 | d: 12345678901234567890
          |    ^^^^^^^^^^^^^^^^^^^^
        hint: Quote it if it names something: '12345678901234567890'
      "
    `);
  });

  test('control characters', () => {
    expect(explain('a: x\u0000y\nb: \u001b[31m\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:5 error control-character: here is the control character U+0000
        1 | a: x\\x00y
          |     ^^^^
        hint: Remove it, or write it as an escape in double quotes. Is this a text file?
      rules.yaml:2:4 error control-character: here is the control character U+001B
        1 | a: x\\x00y
        2 | b: \\x1b[31m
          |    ^^^^
        hint: Remove it, or write it as an escape in double quotes. Is this a text file?
      "
    `);
  });

  test('more than one document, and another version of YAML', () => {
    expect(explain('a: 1\n---\nb: 2\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:2:1 error several-documents: a second YAML document begins here
        1 | a: 1
        2 | ---
          | ^^^
        hint: Remove the line "---" and write the rules as one list, or use a file for each
      "
    `);
    expect(explain('%YAML 1.1\n---\na: yes\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:1 error yaml-version: only YAML 1.2 is read
        1 | %YAML 1.1
          | ^^^^^^^^^
        hint: Remove this line
      "
    `);
  });

  test('JSON without quotes or commas', () => {
    expect(explain('{\n  "a": 1\n  "b": 2\n}', 'rules.json')).toMatchInlineSnapshot(`
      "
      rules.json:2:8 error yaml-syntax: a comma is missing behind this
        1 | {
        2 |   "a": 1
          |        ^
        hint: Inside { … } and [ … ] a comma stands between two entries
      "
    `);
    expect(explain('{ "a": home }', 'rules.json')).toMatchInlineSnapshot(`
      "
      rules.json:1:8 error invalid-json: a text in a JSON file stands in double quotes
        1 | { "a": home }
          |        ^^^^
        hint: Write "home". A comma missing before it looks like this too
      "
    `);
  });
});

test('all mistakes are told at once', () => {
  expect(explain('a: "x" + y\nb: [1,,2]\nc: !z\nd: 1\nd: 2\n')).toMatchInlineSnapshot(`
    "
    rules.yaml:1:4 error unquoted-expression: YAML ends the text at its closing quote, and "+ y" is left over
      1 | a: "x" + y
        |    ^^^^^^^
      hint: Quote the expression: a: '"x" + y'
    rules.yaml:2:7 error yaml-syntax: there is a comma too many
      1 | a: "x" + y
      2 | b: [1,,2]
        |       ^
      hint: Remove it, or write what belongs before it
    rules.yaml:3:4 error unquoted-expression: YAML reads "!z" as a tag, not as text
      2 | b: [1,,2]
      3 | c: !z
        |    ^^
      hint: Quote the expression: c: '!z'
    "
  `);
});

test('of very many mistakes the first hundred are told', () => {
  const parsed = parseDocument('rules.yaml', 'a: 1\n'.repeat(501));
  expect(parsed.ok ? [] : parsed.problems).toHaveLength(101);
  expect(parsed.ok ? undefined : parsed.problems.at(-1)?.message).toBe('and 400 more mistakes from here on');
});
