import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/app/config.ts';
import { recordCommand } from '../src/cli/record.ts';
import { replayCommand } from '../src/cli/replay.ts';
import { prettyReport } from '../src/cli/test/pretty.ts';
import { compileFile } from '../src/compile/compile-file.ts';
import { KEYWORDS, type KeywordName } from '../src/compile/keywords.ts';
import { MACHINE_LIMITS } from '../src/core/limits.ts';
import { DROP_REASONS } from '../src/ports/drop-reason.ts';
import { effectLine } from '../src/testing/effect-line.ts';
import { PLAY_SETTINGS, programOf } from '../src/testing/play.ts';
import { RecordingReader } from '../src/testing/recording/reader.ts';
import { recordingLine } from '../src/testing/recording/write-line.ts';
import { Replay } from '../src/testing/replay.ts';
import { runTests } from '../src/testing/run-tests.ts';
import { headingsOf, rulesReference, ruleWith } from '../scripts/rules-reference.ts';

const SETTINGS = { ...PLAY_SETTINGS, location: { latitude: 48.86, longitude: 2.29 } };
const surroundings = { env: () => 'value', file: () => 'content' };

/** The problems of a rule file's text, one a line. */
function problemsOf(text: string): string[] {
  return compileFile('example.yaml', text, SETTINGS, surroundings).problems.map(
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
});

describe('rules on pages', () => {
  const blocks = ['docs/rules.md', 'docs/testing.md', 'README.md'].flatMap((page) =>
    rulesIn(page).map((text, i) => ({ name: `${page} #${i + 1}`, text })),
  );

  test('there are some', () => expect(blocks.length).toBeGreaterThan(4));

  test.each(blocks)('$name compiles without a problem', ({ text }) => {
    expect(problemsOf(text)).toEqual([]);
  });

  const tested = blocks.filter(({ text }) => /^tests:/m.test(text));

  test('some have tests', () => expect(tested.length).toBeGreaterThan(0));

  test.each(tested)('$name passes its tests', ({ text }) => {
    expect(runTests(text).filter(({ result }) => !result.passed)).toEqual([]);
  });
});

describe('tests on pages', () => {
  const page = readFileSync('docs/testing.md', 'utf8');
  const [rules = ''] = rulesIn('docs/testing.md');
  const block = (tag: string): string => new RegExp(`^\`\`\`text ${tag}\\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';
  const timeless = (text: string): string => text.replace(/\d+ ms/g, 'N ms');
  const printed = (text: string, tests: number): string => {
    const ran = runTests(text).map((outcome) => ({ ...outcome, ms: 0 }));
    const files = [{ path: 'rules/door.yaml', tests: ran.slice(0, tests) }];
    return timeless(prettyReport({ files, problems: [], coverage: null, ms: 0 }, () => undefined, false));
  };

  test('are told of as the page shows', () => {
    expect(printed(rules, 2)).toBe(timeless(block('passed')));
    const wrong = rules.replace(
      'payload: { title: Door, message: back_door',
      'payload: { title: Back door, message: back_door',
    );
    expect(printed(wrong, 1)).toBe(timeless(block('failed')));
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

test('the page on operation says what each reason for dropping stands for', () => {
  const [, table = ''] = readFileSync('docs/operations.md', 'utf8').split('### What is dropped\n');
  const rows = (table.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm);
  expect([...rows].map(([, reason]) => reason)).toEqual([...DROP_REASONS]);
});

describe('recordings on pages', () => {
  const page = readFileSync('docs/testing.md', 'utf8');
  const block = (tag: string): string => new RegExp(`^\`\`\`json ${tag}\\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

  test('are read, and are what is written', () => {
    const bad: unknown[] = [];
    const reader = new RecordingReader('default', (line) => bad.push(line));
    const messages = [...reader.read(Buffer.from(block('recording')))];
    expect(bad).toEqual([]);
    expect(messages.map((message) => recordingLine(message, 'default')).join('')).toBe(block('recording'));
  });

  test('bring about what the page says', () => {
    const program = programOf(readFileSync('rules/cool-room.yaml', 'utf8'));
    const options = { limits: MACHINE_LIMITS, payloadBytes: Infinity, from: null, until: null, note: () => {} };
    const replay = new Replay([program], options);
    const messages = [...new RecordingReader('default', () => {}).read(Buffer.from(block('recording')))];
    const steps = [...messages.flatMap((message) => [...replay.send(message)]), ...replay.end()];
    const lines = steps.flatMap(([effects = []]) => effects.map((effect) => `${effectLine(effect)}\n`));
    expect(lines.join('')).toBe(block('effects'));
  });

  test('are made and used with commands that there are', () => {
    const commands = [...page.matchAll(/^automate (record|replay) (.*)$/gm)];
    expect(commands.length).toBe(3);
    for (const [, name, words = ''] of commands) {
      const command = (name === 'record' ? recordCommand() : replayCommand()).exitOverride();
      expect(command.parseOptions(words.split(' ')).unknown).toEqual([]);
    }
  });
});

describe('paths on pages', () => {
  test('a link to a heading finds it', () => {
    const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
    const lost = pages
      .filter((page) => page.endsWith('.md') && page !== 'docs/rules.template.md')
      .flatMap((page) => {
        const links = readFileSync(page, 'utf8').matchAll(/\]\(([\w./-]*)#([^)]+)\)/g);
        return [...links].filter(([, path = '', anchor]) => {
          const target = path === '' ? page : join(dirname(page), path);
          return !headingsOf(readFileSync(target, 'utf8')).some((heading) => heading.anchor === anchor);
        });
      });
    expect(lost.map(([link]) => link)).toEqual([]);
  });

  test('the tests that stand behind the guarantees are there', () => {
    const paths = [...readFileSync('docs/guarantees.md', 'utf8').matchAll(/`(test\/[^`]+)`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('the places for what is added are there', () => {
    const [, table = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('## Where to add what\n');
    const paths = [...(table.split('\n## ')[0] ?? '').matchAll(/`([a-z]+\/[^`]+)`/g)].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});
