import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/app/config.ts';
import { compileFile } from '../src/compile/compile-file.ts';
import { KEYWORDS, UNAVAILABLE, type KeywordName } from '../src/compile/keywords.ts';
import { PLAY_SETTINGS } from '../src/testing/play.ts';
import { rulesReference, ruleWith } from '../scripts/rules-reference.ts';

const surroundings = { env: () => 'value', file: () => 'content' };

/** The problems of a rule file's text, one a line. */
function problemsOf(text: string): string[] {
  return compileFile('example.yaml', text, PLAY_SETTINGS, surroundings).problems.map(
    ({ line, code, message }) => `${line} ${code}: ${message}`,
  );
}

/** The fenced blocks of a page that say they are rules. */
function rulesIn(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```yaml rule\n([^]*?)^```$/gm)].map(([, text]) => text ?? '');
}

describe('the reference of the rule language', () => {
  test('is as the tables of the code say (npm run docs writes it anew)', () => {
    expect(readFileSync('docs/rules.md', 'utf8')).toBe(rulesReference(readFileSync('docs/rules.template.md', 'utf8')));
  });

  test.each(Object.keys(KEYWORDS) as KeywordName[])('the example of %s compiles without a problem', (keyword) => {
    expect(problemsOf(ruleWith(keyword))).toEqual([]);
  });

  test.each([...UNAVAILABLE])('%s is refused by name', (keyword) => {
    expect(problemsOf(`id: x\non: a/b\n${keyword}: 1\nlog: hello`)).toEqual([
      expect.stringContaining(`unavailable: \`${keyword}\``),
    ]);
  });
});

describe('rules on pages', () => {
  const blocks = ['docs/rules.md', 'README.md'].flatMap((page) =>
    rulesIn(page).map((text, i) => ({ name: `${page} #${i + 1}`, text })),
  );

  test('there are some', () => expect(blocks.length).toBeGreaterThan(4));

  test.each(blocks)('$name compiles without a problem', ({ text }) => {
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('configuration on pages', () => {
  test('every example is a configuration', () => {
    const blocks = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^```yaml config\n([^]*?)^```$/gm)];
    expect(blocks.length).toBe(1);
    for (const [, text] of blocks) {
      const folder = mkdtempSync(join(tmpdir(), 'automate-docs-'));
      writeFileSync(join(folder, 'automate.yaml'), text ?? '');
      expect(loadConfig({ file: join(folder, 'automate.yaml'), environment: {}, flags: [] })).toMatchObject({
        ok: true,
        problems: [],
      });
      rmSync(folder, { recursive: true });
    }
  });
});

describe('paths on pages', () => {
  test('the tests that stand behind the guarantees are there', () => {
    const paths = [...readFileSync('docs/guarantees.md', 'utf8').matchAll(/`(test\/[^`]+)`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});
