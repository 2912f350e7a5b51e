import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/spec/frame.ts';
import { substitute } from '../../src/spec/substitute.ts';
import type { Surroundings } from '../../src/spec/substitute.ts';
import { read } from './explain.ts';

const files: Record<string, string> = {
  '/run/secrets/mqtt': 'secret\n',
  '/two': 'a\r\nb\r\n',
  '/tricky': '${env:USER}',
};
const variables: Record<string, string> = { USER: 'anna', EMPTY: '', TRICKY: '${env:USER} $& $1' };

const surroundings: Surroundings = {
  env: (name) => variables[name],
  file: (path) => files[path] ?? new Error('no such file'),
};

function fill(text: string): unknown {
  const document = read(text);
  const result = substitute(document, [], document.data, surroundings);
  if ('value' in result) return result.value;
  return `\n${result.problems.map((problem) => formatProblem(problem, text, { color: false })).join('\n')}\n`;
}

describe('a text', () => {
  test.each([
    ['${env:USER}', 'anna'],
    ['mqtt://${env:USER}@host/${env:USER}', 'mqtt://anna@host/anna'],
    ['${env:EMPTY}', ''],
    ['${env:EMPTY:-none}', 'none'],
    ['${env:NOWHERE:-a:b c}', 'a:b c'],
    ['${env:NOWHERE:-}', ''],
    ['${file:/run/secrets/mqtt}', 'secret'],
    ['${file:/two}', 'a\r\nb'],
    ['$${env:USER}', '${env:USER}'],
    ['$$${env:USER}', '$${env:USER}'],
    ['${env:TRICKY}', '${env:USER} $& $1'],
    ['${file:/tricky}', '${env:USER}'],
    ['alerts/${rule}/${a ? b : c}', 'alerts/${rule}/${a ? b : c}'],
    ['${', '${'],
  ])('%s becomes %s', (text, expected) => {
    expect(fill(`k: '${text}'`)).toEqual({ k: expected });
  });
});

test('is filled in anywhere in lists and mappings, and nothing else changes', () => {
  expect(fill('a: [1, true, ~, { b: "${env:USER}" }]\n"${env:USER}": x\n')).toEqual({
    a: [1, true, null, { b: 'anna' }],
    '${env:USER}': 'x',
  });
});

test('what cannot be filled in is a problem at its place', () => {
  expect(
    fill(`brokers:
  - url: "mqtt://\${env:NOWHERE}:1883"
    password: \${file:/nothing}
    user: 'it''s \${ENV:USER}'
    name: \${emv:USER}
    client: \${env:1x} and \${file:}
    id: \${env:USER
`),
  ).toMatchInlineSnapshot(`
    "
    rules.yaml:2:18 error missing-variable: the environment variable NOWHERE is not set
      1 | brokers:
      2 |   - url: "mqtt://\${env:NOWHERE}:1883"
        |                  ^^^^^^^^^^^^^^
      hint: Set it, or give a default: "\${env:NOWHERE:-default}"
    rules.yaml:3:15 error unreadable-file: the file /nothing cannot be read: no such file
      2 |   - url: "mqtt://\${env:NOWHERE}:1883"
      3 |     password: \${file:/nothing}
        |               ^^^^^^^^^^^^^^^^
      hint: Check that it exists and that this user may read it
    rules.yaml:4:18 error unknown-source: "ENV" is not a place that values come from
      3 |     password: \${file:/nothing}
      4 |     user: 'it''s \${ENV:USER}'
        |                  ^^^^^^^^^^^
      hint: Did you mean "\${env:…}"? Write "$\${" for the characters themselves
    rules.yaml:5:11 error unknown-source: "emv" is not a place that values come from
      4 |     user: 'it''s \${ENV:USER}'
      5 |     name: \${emv:USER}
        |           ^^^^^^^^^^^
      hint: Did you mean "\${env:…}"? Write "$\${" for the characters themselves
    rules.yaml:6:13 error invalid-reference: "1x" is not the name of an environment variable
      5 |     name: \${emv:USER}
      6 |     client: \${env:1x} and \${file:}
        |             ^^^^^^^^^
      hint: Write "\${env:NAME}" or "\${env:NAME:-default}"
    rules.yaml:6:27 error invalid-reference: the path of the file is missing
      5 |     name: \${emv:USER}
      6 |     client: \${env:1x} and \${file:}
        |                           ^^^^^^^^
      hint: Write "\${file:/path}"
    rules.yaml:7:9 error unclosed-reference: "\${env:" is never closed
      6 |     client: \${env:1x} and \${file:}
      7 |     id: \${env:USER
        |         ^^^^^^^^^^
      hint: Close it with "}"
    "
  `);
});
