import { describe, expect, test } from 'vitest';
import { compileFile } from '../../src/compile/compile-file.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

function codes(rule: string): string[] {
  const text = `id: a\non: in/+x\nlog: x\n${rule}\n`;
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  return compileFile('a.yaml', text, PLAY_SETTINGS, surroundings).problems.map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}

describe.each(['if', 'where'])('a condition in `%s`', (key) => {
  test.each(['["x > 3", "y > 2"]', '{ ">": [1, 2], "<": [1, 2] }', '{}', '[]'])('%s is refused', (value) => {
    expect(codes(`${key}: ${value}`)).toContain('error not-a-condition');
  });

  test.each(['"5"', '"true"', '3', '{ ">": [3, 2] }'])('%s is the same for every message', (value) => {
    expect(codes(`${key}: ${value}`)).toEqual(['warning constant-condition']);
  });

  test.each(['true', 'x > 3', '{ ">": [{ "var": "y" }, 2] }', '{ "var": "y" }'])('%s is fine', (value) => {
    expect(codes(`${key}: ${value}`)).toEqual([]);
  });
});

describe('with a window, a function of a list', () => {
  const WINDOW = 'window: { tumbling: 5m }\naggregate: { n: count(), all: collect(y) }\n';
  test.each(['avg(y) > 3', 'percentile(a.b, 95) > 3', 'n > 3 and min(y) > 2'])(
    'of the latest message is probably not meant: %s',
    (condition) => {
      expect(codes(`${WINDOW}if: ${condition}`)).toEqual(['warning not-gathered']);
    },
  );

  test.each(['max(n, y) > 3', 'avg(all) > 3', 'sum(map(readings, item.x)) > 3', 'first(split(y, ",")) == "a"'])(
    'of what is a list is fine: %s',
    (condition) => {
      expect(codes(`${WINDOW}if: ${condition}`)).toEqual([]);
    },
  );

  test('delta is none: it is the change of a value', () => {
    const rule = 'let: { d: delta(y) }\nwindow: { tumbling: 5m }\naggregate: { up: sum(d) }\nif: delta(up) > 3';
    expect(codes(rule)).toEqual([]);
  });
});

test('of a window that is wrong only that is said, not that there is none', () => {
  const rule = 'window: { tumbling: 5min }\naggregate: { n: count() }\nif: n > 3 and window.count > 3';
  expect(codes(rule)).toEqual(['error invalid-value']);
});

test.each([
  [
    'sum(delta(y))',
    'Give the inner value a name in `let`, and gather that; if it is of the whole window, gather each by itself, and put them together in `let`',
  ],
  [
    'avg(max(values(y)))',
    'Give the inner value a name in `let`, and gather that; if it is of the whole window, gather each by itself, and put them together in `let`',
  ],
  ['max(collect(y))', 'Gather each by itself, and put them together in `let`; collect(x) gathers a list'],
])('what gathers inside %s has a hint that can be followed', (aggregate, hint) => {
  const text = `id: a\non: in/+x\nlog: x\nwindow: { count: 3 }\naggregate: { n: ${aggregate} }\n`;
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  const { problems } = compileFile('a.yaml', text, PLAY_SETTINGS, surroundings);
  expect(problems).toMatchObject([{ code: 'nested-aggregate', hint }]);
});

test('of very many mistakes in a file the first hundred are shown, and how many there are', () => {
  const text = `id: a\non: in\nlog: x\n${Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n')}\n`;
  const { problems } = compileFile('a.yaml', text, PLAY_SETTINGS, {
    env: () => undefined,
    file: () => new Error('none'),
  });
  expect(problems.length).toBe(101);
  expect(problems.at(-1)?.message).toBe('and 4900 more problems in this file');
});
