import { expect, test } from 'vitest';
import { compileFolder, type CompiledFolder } from '../../src/compile/folder.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

const whole = `- id: one
  on: a/+x
  publish: { topic: "b/\${x}", payload: 1 }
- id: two
  on: c/+x
  if: t > 30
  publish:
    topic: d/\${x}/control
    payload: 2
`;

function load(text: string, before: CompiledFolder | null): CompiledFolder {
  const surroundings = { env: () => undefined, file: () => new Error('none') };
  return compileFolder(
    { files: [{ path: 'a.yaml', text }], unreadable: [] },
    before?.running ?? new Map(),
    PLAY_SETTINGS,
    surroundings,
  );
}

test('wherever a file is cut, both rules go on as they were, unless it ends behind a whole rule', () => {
  const first = load(whole, null);
  expect(first.rules.map(({ id }) => id)).toEqual(['one', 'two']);
  const endOfFirst = whole.indexOf('- id: two');
  for (let length = 0; length < whole.length - 1; length++) {
    const cut = load(whole.slice(0, length), first);
    if (length === endOfFirst || length === endOfFirst - 1) {
      expect(
        cut.rules.map(({ id }) => id),
        `cut at ${length}`,
      ).toEqual(['one']);
      continue;
    }
    const expected = length === whole.length ? [] : ['a.yaml'];
    const note = `cut at ${length}: ${JSON.stringify(whole.slice(Math.max(0, length - 20), length))}`;
    // The payload is left out in two places, which a person may want.
    if (cut.failed.length === 0) expect(whole.slice(0, length), note).toMatch(/control\n?$/);
    else expect(cut.failed, note).toEqual(expected);
    if (cut.failed.length > 0) expect(cut.rules, note).toEqual(first.rules);
  }
});

test('taking whole rules off the end is an edit like any other', () => {
  const first = load(whole, null);
  expect(load(whole.slice(0, whole.indexOf('- id: two')), first).failed).toEqual([]);
});
