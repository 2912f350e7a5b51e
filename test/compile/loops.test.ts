import { describe, expect, test } from 'vitest';
import { compileFolder } from '../../src/compile/folder.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

/** The warnings about circles in rules that are given as what they listen to and what they publish to. */
function loops(...rules: readonly (readonly [on: string, to: string])[]): string[] {
  const text = rules.map(([on, to], i) => `- { id: r${i}, on: ${on}, publish: { topic: "${to}" } }\n`).join('');
  const input = { files: [{ path: 'a.yaml', text }], unreadable: [] };
  const { problems } = compileFolder(input, new Map(), PLAY_SETTINGS, { env: () => undefined, file: () => '' });
  return problems.map(({ code, line, message }) => `${code} ${line}: ${message}`);
}

describe('a warning is given for', () => {
  test('a rule that listens to what it publishes', () => {
    expect(loops(['a/+x', 'a/${x}'])).toEqual(['loop 1: rule "r0" can publish to a topic it listens to']);
  });

  test('rules that wake each other, once', () => {
    expect(loops(['a', 'b'], ['b', 'c'], ['c', 'a'], ['c', 'd'])).toEqual([
      'loop 1: rules "r0" → "r1" → "r2" → "r0" can wake each other in a circle',
    ]);
  });

  test('each of several circles', () => {
    expect(loops(['a', 'a'], ['b', 'c'], ['c', 'b'], ['d', 'e'])).toEqual([
      'loop 1: rule "r0" can publish to a topic it listens to',
      'loop 2: rules "r1" → "r2" → "r1" can wake each other in a circle',
    ]);
  });

  test('thousands of rules in one circle, without naming them all, and at once', () => {
    const [warning, ...others] = loops(...Array.from({ length: 5_000 }, (_, i) => ['home/#', `home/${i}`] as const));
    expect(warning).toMatch(/"r8" → "r9" → 4990 more → "r0" can wake each other/);
    expect(others).toEqual([]);
  });
});

test('rules in a row are no circle', () => {
  expect(loops(['a', 'b'], ['b', 'c'], ['b', 'd'], ['x/+y', 'a'])).toEqual([]);
});
