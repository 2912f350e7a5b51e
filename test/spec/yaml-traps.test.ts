import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/spec/document.ts';
import { formatProblem } from '../../src/spec/frame.ts';
import { explain, read } from './explain.ts';

describe('a trap of YAML says what YAML saw and how to write it', () => {
  test.each([
    ['if: !x', "if: '!x'"],
    ['if: !x && y', "if: '!x && y'"],
    ['if: !(a == b)', "if: '!(a == b)'"],
    ['if: ! x', "if: '! x'"],
    ['if: a ? b : c', "if: 'a ? b : c'"],
    ['if: "x" in y', `if: '"x" in y'`],
    ["if: 'x' == y", `if: "'x' == y"`],
    [`if: 'x' == "y"`, `if: '''x'' == "y"'`],
    ['if: [1, 2] == x', "if: '[1, 2] == x'"],
    ['if: x == "a: b"', `if: 'x == "a: b"'`],
    ['if: > 30', "if: '> 30'"],
    ['if: - x', "if: '- x'"],
    ['if: *x', "if: '*x'"],
    ['if: & x', "if: '& x'"],
    ['if: @x', "if: '@x'"],
    ['if: `x`', "if: '`x`'"],
    ['if: %x', "if: '%x'"],
    ['on: #rest/state', "on: '#rest/state'"],
    ['on: { topic: a/+x, where: !retained }', "where: '!retained'"],
    ['payload: { a: ${x} }', "a: '${x}'"],
    ['payload: { a: ${x} °C, b: 1 }', "a: '${x} °C'"],
    ['by: [room, ${x}]', "'${x}'"],
    ['let: { mean: round(x, 1) }', "mean: 'round(x, 1)'"],
    ['let: { mean: clamp(round(x, 1), 0, 5) + 2, b: 1 }', "mean: 'clamp(round(x, 1), 0, 5) + 2'"],
    ['by: [room, join(l, "x")]', `'join(l, "x")'`],
    ['let: { a: x in [1, 2] }', "a: 'x in [1, 2]'"],
    ['let: { a: b ? c : d }', "a: 'b ? c : d'"],
    ['let: { a: "x" == y, b: 1 }', `a: '"x" == y'`],
    ['message: Temperature: ${t} °C', "message: 'Temperature: ${t} °C'"],
    ['  - if: !x   # as it were', "if: '!x'"],
  ])('%s', (text, quoted) => {
    const parsed = parseDocument('rules.yaml', text);
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map((problem) => problem.hint?.replace(/^Quote the (?:expression|text): /, ''))).toEqual([quoted]);
    const value = quoted.replace(/^\w+: /, '');
    const { column, length } = problems[0] ?? { column: 0, length: 0 };
    // What is underlined is what the hint puts in quotes, and in quotes it is read as it was written.
    expect(read(`k: ${value}`).data).toEqual({ k: text.slice(column - 1, column - 1 + length) });
  });

  test('and reads well', () => {
    expect(
      explain(`- on: #rest/state
  if: !active && "x" in list
  let: { mean: round(x, 1), b: 2 }
  publish:
    topic: a
    payload: {
      a: \${x},
      b: "\${y}",
      c: \${z ?? 1} %
    }
`),
    ).toMatchInlineSnapshot(`
      "
      rules.yaml:1:7 error unquoted-expression: YAML reads "#" after a space as the beginning of a comment, so there is no value
        1 | - on: #rest/state
          |       ^^^^^^^^^^^
        hint: Quote the text: on: '#rest/state'
      rules.yaml:2:7 error unquoted-expression: YAML reads "!active" as a tag, not as text
        1 | - on: #rest/state
        2 |   if: !active && "x" in list
          |       ^^^^^^^^^^^^^^^^^^^^^^
        hint: Quote the expression: if: '!active && "x" in list'
      rules.yaml:3:16 error unquoted-expression: YAML splits what is inside { … } or [ … ] at every comma
        2 |   if: !active && "x" in list
        3 |   let: { mean: round(x, 1), b: 2 }
          |                ^^^^^^^^^^^
        hint: Quote the expression: mean: 'round(x, 1)'
      rules.yaml:7:10 error unquoted-expression: YAML reads a bracket inside { … } or [ … ] as one of its own
        6 |     payload: {
        7 |       a: \${x},
          |          ^^^^
        hint: Quote the expression: a: '\${x}'
      rules.yaml:9:10 error unquoted-expression: YAML reads a bracket inside { … } or [ … ] as one of its own
        8 |       b: "\${y}",
        9 |       c: \${z ?? 1} %
          |          ^^^^^^^^^^^
        hint: Quote the expression: c: '\${z ?? 1} %'
      "
    `);
  });

  test('hides no other mistake', () => {
    expect(explain('if: !x\non: [a\nlog: "y" z\n')).toMatchInlineSnapshot(`
      "
      rules.yaml:1:5 error unquoted-expression: YAML reads "!x" as a tag, not as text
        1 | if: !x
          |     ^^
        hint: Quote the expression: if: '!x'
      rules.yaml:2:5 error unclosed-bracket: this "[" is never closed
        1 | if: !x
        2 | on: [a
          |     ^
        hint: Close it with "]"; lines inside must be indented deeper than the key. A file cut short ends like this too
      rules.yaml:3:6 error unquoted-expression: YAML ends the text at its closing quote, and "z" is left over
        2 | on: [a
        3 | log: "y" z
          |      ^^^^^
        hint: Quote the expression: log: '"y" z'
      "
    `);
  });
});

test('what only looks like a trap is left alone', () => {
  const text =
    'a: { text: "round(x, 1)", b: it\'s }\nb: x # comment\nc: [":(", ")"]\nd: !!str 5\ne:   # later\n  f: 1\n';
  expect(read(text).data).toEqual({
    a: { text: 'round(x, 1)', b: "it's" },
    b: 'x',
    c: [':(', ')'],
    d: '5',
    e: { f: 1 },
  });
});

test('a very long line gets a short explanation', () => {
  const parsed = parseDocument('rules.yaml', `if: "a" == ${'x'.repeat(5_000)}\n`);
  const output = parsed.ok
    ? ''
    : parsed.problems.map((problem) => formatProblem(problem, undefined, { color: false })).join('\n');
  expect(output.length).toBeLessThan(300);
});
