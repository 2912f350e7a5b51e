import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/spec/document.ts';
import type { Path } from '../../src/spec/document.ts';
import type { Position } from '../../src/spec/problem.ts';
import { read } from './explain.ts';

/** What stands at a position, so that a test shows the words and not their numbers. */
function wordsAt(text: string, { line, column, length }: Position): string {
  return (text.replace(/^\uFEFF/, '').split(/\r?\n/)[line - 1] ?? '').slice(column - 1, column - 1 + length);
}

const rule = `# a rule
rules:
  - id: cool-room
    on: home/+room/temperature   # where from
    if: temperature > 30
    publish:
      topic: "home/\${room}/light"
      payload: { state: "ON", level: 5 }
    log:
`;

describe('data', () => {
  test('is what YAML 1.2 says it is', () => {
    const text =
      'on: yes\noff: no\nn: 1.5\nnothing: ~\nempty:\nhex: 0x10\ntime: 12:30\nday: 2026-01-01\nb: TRUE\n1: one\n';
    expect(read(text).data).toEqual({
      on: 'yes',
      off: 'no',
      n: 1.5,
      nothing: null,
      empty: null,
      hex: 16,
      time: '12:30',
      day: '2026-01-01',
      b: true,
      1: 'one',
    });
  });

  test('keeps topics and expressions that YAML leaves alone', () => {
    const text =
      'a: +/x\nb: home/#\nc: $SYS/#\nd: x && !y\ne: a ?? b\nf: -x\ng: a.b["c"]\nh: x % 2 == 0\ni: "a" \nj: {t: "${x}", u: 5m}\n';
    expect(read(text).data).toEqual({
      a: '+/x',
      b: 'home/#',
      c: '$SYS/#',
      d: 'x && !y',
      e: 'a ?? b',
      f: '-x',
      g: 'a.b["c"]',
      h: 'x % 2 == 0',
      i: 'a',
      j: { t: '${x}', u: '5m' },
    });
  });

  test('takes __proto__ and constructor for keys like any other', () => {
    const { data } = read('{ "__proto__": { "on": 1 }, "constructor": 2 }', 'rules.json');
    expect(Object.keys(data as object)).toEqual(['__proto__', 'constructor']);
    expect((data as { on?: unknown }).on).toBeUndefined();
    expect(Object.getPrototypeOf(data)).toBeNull();
  });

  test('has at an alias what stands at its anchor', () => {
    expect(read('a: &x { b: [1, 2] }\nc: *x\nd: [*x, *x]\n').data).toEqual({
      a: { b: [1, 2] },
      c: { b: [1, 2] },
      d: [{ b: [1, 2] }, { b: [1, 2] }],
    });
  });

  test('may be indented by tabs in a JSON file', () => {
    expect(read('{\n\t"a":\t[\n\t\t1,\r\n\t\t"x\\ty"\n\t]\n}\n', 'rules.json').data).toEqual({ a: [1, 'x\ty'] });
  });
});

describe('the place', () => {
  const document = read(rule);
  const value = (...path: Path): string => wordsAt(rule, document.positionOf(path));
  const key = (...path: Path): string => wordsAt(rule, document.keyPositionOf(path));

  test('of a value', () => {
    expect(document.positionOf(['rules', 0, 'if'])).toEqual({ line: 5, column: 9, length: 16 });
    expect(value('rules', 0, 'on')).toBe('home/+room/temperature');
    expect(value('rules', 0, 'publish', 'topic')).toBe('"home/${room}/light"');
    expect(value('rules', 0, 'publish', 'payload')).toBe('{ state: "ON", level: 5 }');
    expect(value('rules', 0, 'publish', 'payload', 'level')).toBe('5');
  });

  test('of a key', () => {
    expect(document.keyPositionOf(['rules', 0, 'if'])).toEqual({ line: 5, column: 5, length: 2 });
    expect(key('rules', 0, 'publish', 'payload', 'state')).toBe('state');
    expect(key('rules', 0)).toBe('id');
  });

  test('of a mapping or list without brackets is its beginning', () => {
    expect(value('rules', 0)).toBe('id');
    expect(value('rules')).toBe('-');
    expect(value()).toBe('rules');
  });

  test('of an empty value is its key', () => {
    expect(value('rules', 0, 'log')).toBe('log');
  });

  test('of what does not exist is the nearest thing around it', () => {
    expect(value('rules', 0, 'publish', 'qos')).toBe('topic');
    expect(value('rules', 7, 'x')).toBe('-');
    expect(key('rules', 0, 'on', 'topic')).toBe('home/+room/temperature');
  });

  test('behind an alias is where the text stands', () => {
    const text = 'a: &x { b: 12 }\nc: *x\n';
    const aliased = read(text);
    expect(wordsAt(text, aliased.positionOf(['c']))).toBe('*x');
    expect(aliased.positionOf(['c', 'b'])).toEqual({ line: 1, column: 12, length: 2 });
    expect(aliased.positionIn(['c', 'b'], 1)).toEqual({ line: 1, column: 13, length: 1 });
  });

  test('is counted as an editor counts, with a byte order mark and CRLF', () => {
    const text = '\uFEFFa: 1\r\n"😀": xyz\r\n';
    const crlf = read(text);
    expect(crlf.positionOf(['a'])).toEqual({ line: 1, column: 4, length: 1 });
    expect(crlf.positionOf(['😀'])).toEqual({ line: 2, column: 7, length: 3 });
    expect(crlf.text.startsWith('a: 1')).toBe(true);
  });
});

describe('the place of a word inside a text', () => {
  const cases: [string, string, string][] = [
    ['plain', 'k: a + bad + c', 'bad'],
    ['single quotes', "k: 'it''s ''a'' bad day'", 'bad'],
    ['double quotes', String.raw`k: "a\tb\u00e9\U0001F600\x41 \"q\" bad"`, 'bad'],
    ['a literal block', 'k: |\n  first\n    bad line\n  third\n', 'bad'],
    ['a literal block with an indentation of its own', 'k: |2\n    more\n  bad\n', 'bad'],
    ['a literal block that begins with an empty line', 'x:\n  k: |-\n\n    a\n\n    bad\n', 'bad'],
    ['a literal block with CRLF', 'k: |\r\n  first\r\n  a bad\r\n', 'bad'],
    ['a folded block', 'k: >\n  a b\n  c d\n\n  bad e\n', 'bad'],
    ['a plain text of several lines', 'k: a b\n  c\n  bad e\n', 'bad'],
    ['a quoted text of several lines', 'k: "a b\n  c\n\n  bad e"\n', 'bad'],
    ['a number', 'k: 12bad', 'bad'],
  ];

  test.each(cases)('in %s', (_, text, word) => {
    const document = read(text);
    const path: Path = text.startsWith('x:') ? ['x', 'k'] : ['k'];
    const value = path.reduce<unknown>((data, step) => (data as Record<string, unknown>)[step], document.data);
    const at = document.positionIn(path, String(value).indexOf(word), word.length);
    expect(wordsAt(text, at)).toBe(word);
  });

  test('covers the escapes it is written with', () => {
    const text = String.raw`k: "a\u0062c"`;
    expect(wordsAt(text, read(text).positionIn(['k'], 0, 3))).toBe(String.raw`a\u0062c`);
    expect(wordsAt(text, read(text).positionIn(['k'], 1))).toBe(String.raw`\u0062`);
  });

  test('is one character long if nothing else is said, also behind the end', () => {
    expect(read('k: abc').positionIn(['k'], 1)).toEqual({ line: 1, column: 5, length: 1 });
    expect(read('k: abc').positionIn(['k'], 3)).toEqual({ line: 1, column: 7, length: 1 });
  });

  test('is that of the value where there is no text', () => {
    expect(read('k: [1]').positionIn(['k'], 5)).toEqual({ line: 1, column: 4, length: 3 });
  });
});

describe('what is too much is refused at once', () => {
  const refused = (text: string): string | undefined => {
    const parsed = parseDocument('rules.yaml', text);
    return parsed.ok ? undefined : parsed.problems[0]?.code;
  };

  test('a file of 10 MB', () => {
    expect(refused('- a: 1\n'.repeat(1_500_000))).toBe('file-too-large');
  });

  test('megabytes of values', () => {
    expect(refused(`[${'1,'.repeat(1_000_000)}1]`)).toBe('file-too-large');
  });

  test.each(['[', '{', '- ', '? ', '{a: ['])('100 000 times "%s"', (open) => {
    expect(refused(open.repeat(100_000))).toBe('too-deep');
  });

  test('aliases of aliases of aliases', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`);
    expect(refused(`a0: &a0 lol\n${levels.join('\n')}\n`)).toBe('too-many-aliases');
  });
});
