import { describe, expect, test } from 'vitest';
import { formatProblem, formatProblemGithub, sortProblems } from '../../src/spec/frame.ts';
import type { Problem } from '../../src/spec/problem.ts';

const problem: Problem = {
  file: 'rules/heat.yaml',
  line: 3,
  column: 5,
  length: 4,
  severity: 'error',
  code: 'unknown-key',
  message: '"hold" is not a key of a rule',
  hint: 'Did you mean "for"?',
};
const text = 'rules:\n  - on: a\n    hold: 5m\n';
const plain = { color: false };

describe('a problem', () => {
  test('is shown with its line, the line before, and a caret', () => {
    expect(`\n${formatProblem(problem, text, plain)}\n`).toMatchInlineSnapshot(`
      "
      rules/heat.yaml:3:5 error unknown-key: "hold" is not a key of a rule
        2 |   - on: a
        3 |     hold: 5m
          |     ^^^^
        hint: Did you mean "for"?
      "
    `);
  });

  test('is one line without its text, and without a hint', () => {
    const { hint: _, ...bare } = problem;
    expect(formatProblem(bare, undefined, plain)).toMatchInlineSnapshot(
      `"rules/heat.yaml:3:5 error unknown-key: "hold" is not a key of a rule"`,
    );
    expect(formatProblem({ ...bare, line: 99 }, text, plain)).toBe(
      formatProblem({ ...bare, line: 99 }, undefined, plain),
    );
  });

  test('has colours only where they are asked for', () => {
    expect(formatProblem(problem, text, plain)).not.toContain('\x1b');
    const colored = formatProblem({ ...problem, severity: 'warning' }, text, { color: true });
    expect(colored).toContain('\x1b[33mwarning unknown-key:\x1b[0m');
    expect(colored).toContain('\x1b[33m^^^^\x1b[0m');
  });

  test('keeps its caret behind tabs, wide characters and combining ones', () => {
    const line = '\tq: "世界 e\u0301 👍" bad';
    const here = { ...problem, line: 1, column: line.indexOf('bad') + 1, length: 3 };
    expect(`\n${formatProblem(here, line, plain)}\n`).toMatchInlineSnapshot(`
      "
      rules/heat.yaml:1:16 error unknown-key: "hold" is not a key of a rule
        1 |   q: "世界 é 👍" bad
          |                  ^^^
        hint: Did you mean "for"?
      "
    `);
  });

  test('shows the part of a long line that it is about', () => {
    const line = `if: ${'aaaa or '.repeat(40)}bad or ${'bbbb or '.repeat(40)}c`;
    const here = { ...problem, line: 1, column: line.indexOf('bad') + 1, length: 3 };
    expect(`\n${formatProblem(here, line, plain)}\n`).toMatchInlineSnapshot(`
      "
      rules/heat.yaml:1:325 error unknown-key: "hold" is not a key of a rule
        1 | … or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or bad or bbbb or bbbb or bbbb or bbbb or bbbb or bbbb or bbbb…
          |                                                              ^^^
        hint: Did you mean "for"?
      "
    `);
    const atStart = { ...problem, line: 1, column: 1, length: 2 };
    expect(`\n${formatProblem(atStart, line, plain)}\n`).toMatchInlineSnapshot(`
      "
      rules/heat.yaml:1:1 error unknown-key: "hold" is not a key of a rule
        1 | if: aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa or aaaa…
          | ^^
        hint: Did you mean "for"?
      "
    `);
  });

  test('writes control characters out, wherever they come from', () => {
    const odd = {
      ...problem,
      file: 'a\nb.yaml',
      line: 1,
      column: 4,
      length: 3,
      message: 'x\x1b[2Jy\u202e',
      hint: 'z\x07',
    };
    expect(`\n${formatProblem(odd, 'a: \x1b[1m\x00 end', plain)}\n`).toMatchInlineSnapshot(`
      "
      a\\x0ab.yaml:1:4 error unknown-key: x\\x1b[2Jy\\u202e
        1 | a: \\x1b[1m\\x00 end
          |    ^^^^^^
        hint: z\\x07
      "
    `);
  });

  test('counts lines and columns with CRLF and a byte order mark', () => {
    const here = { ...problem, line: 2, column: 4, length: 3 };
    expect(`\n${formatProblem(here, '\uFEFFa: 1\r\nb: bad\r\n', plain)}\n`).toMatchInlineSnapshot(`
      "
      rules/heat.yaml:2:4 error unknown-key: "hold" is not a key of a rule
        1 | a: 1
        2 | b: bad
          |    ^^^
        hint: Did you mean "for"?
      "
    `);
  });
});

test('is a workflow command for GitHub', () => {
  const odd = { ...problem, file: 'a,b:c.yaml', message: '100 %\nof it' };
  expect(formatProblemGithub(problem)).toMatchInlineSnapshot(
    `"::error file=rules/heat.yaml,line=3,col=5,endColumn=9,title=unknown-key::"hold" is not a key of a rule%0Ahint: Did you mean "for"?"`,
  );
  expect(formatProblemGithub(odd)).toMatchInlineSnapshot(
    `"::error file=a%2Cb%3Ac.yaml,line=3,col=5,endColumn=9,title=unknown-key::100 %25\\u000aof it%0Ahint: Did you mean "for"?"`,
  );
});

test('problems are sorted by file, line and column, and else left as they are', () => {
  const at = (file: string, line: number, column: number, code: string): Problem => ({
    ...problem,
    file,
    line,
    column,
    code,
  });
  const sorted = sortProblems([
    at('b', 1, 1, '1'),
    at('a', 2, 1, '2'),
    at('a', 1, 9, '3'),
    at('a', 1, 2, '4'),
    at('a', 1, 2, '5'),
  ]);
  expect(sorted.map(({ code }) => code).join('')).toBe('45321');
});
