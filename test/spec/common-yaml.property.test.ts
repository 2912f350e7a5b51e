import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCommonYaml } from '../../src/spec/common-yaml.ts';
import { parseDocument, type Path } from '../../src/spec/document.ts';
import { TextLines } from '../../src/spec/text-lines.ts';
import { readData } from '../../src/spec/yaml-data.ts';
import { parseYaml } from '../../src/spec/yaml-parse.ts';
import { runs } from '../property-runs.ts';

/** What the library makes of a text; undefined if anything is wrong with it. */
function byLibrary(text: string, file: string): { readonly data: unknown } | undefined {
  const parsed = parseYaml(text);
  if ('limit' in parsed || parsed.errors.length > 0) return undefined;
  const [document, second] = parsed.documents;
  if (document === undefined || second !== undefined || document.directives.yaml.explicit === true) return undefined;
  const { data, problems } = readData(file, text, new TextLines(text), document.contents, file.endsWith('.json'));
  return problems.length > 0 ? undefined : { data };
}

/** Whether it was common. */
function expectSame(text: string, file: string): boolean {
  const common = readCommonYaml(text, file.endsWith('.json'));
  if (common === undefined) return false;
  expect({ data: common.data }, JSON.stringify(text)).toEqual(byLibrary(text, file));
  const parsed = parseDocument(file, text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  for (const path of mappingsIn(common.data)) {
    const { line, column } = parsed.document.positionOf(path);
    expect(parsed.document.startOf(path), JSON.stringify(text)).toMatchObject({ line, column });
  }
  return true;
}

function* mappingsIn(data: unknown, path: Path = []): Generator<Path> {
  if (typeof data !== 'object' || data === null) return;
  if (!Array.isArray(data)) yield path;
  for (const [key, value] of Object.entries(data)) {
    yield* mappingsIn(value, [...path, Array.isArray(data) ? Number(key) : key]);
  }
}

const root = join(import.meta.dirname, '../../rules');
const examples = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => readFileSync(join(root, path), 'utf8'));

test('the examples are common', () => {
  expect(examples.length).toBeGreaterThan(10);
  for (const text of examples) {
    expect(expectSame(text, 'a.yaml')).toBe(true);
    const json = JSON.stringify(readCommonYaml(text, false)?.data, null, 1);
    expect(expectSame(json, 'a.json'), json).toBe(true);
  }
});

const file = fc.constantFrom('a.yaml', 'a.yaml', 'a.yaml', 'a.json');
/** What a small change may put in: marks that mean something to YAML somewhere, and things near to numbers and words. */
const pieces = [
  ['', ' ', '  ', '\n', '\n  ', '\n    ', '\n      ', '- ', '-', '\n- ', '\n  - ', ':', ': ', ' :', '::', '? ', '?'],
  ['{', '}', '[', ']', ',', ', ', '{}', '[]', '{ a: 1 }', '[1, 2]', '["a": 1]', '{ a }', '{ a: }', '[a: b]', '[,]'],
  ['"', "'", "''", '\\', '\\"', '\\n', '\\u00e9', '\\x41', '\\ud83d', '"a b"', "'a'", '"a": 1', '"a" : 1', '"a":1'],
  [
    '#',
    ' #',
    '# a\n',
    ' # a\n',
    '\n# a',
    '!',
    '! ',
    '!a ',
    '&a ',
    '*a',
    '|',
    '|\n',
    '>',
    '>-\n',
    '%',
    '@',
    '`',
    '%a\n',
  ],
  [
    '---',
    '---\n',
    '\n---\n',
    '...',
    '\n...\n',
    '~',
    '<<',
    '<<: a',
    'null',
    'Null',
    'true',
    'True',
    'FALSE',
    'on',
    'no',
  ],
  ['0', '-0', '007', '0o17', '0x1F', '1.', '.5', '-.5', '1e3', '1E400', '1.50', '+1', '.inf', '-.Inf', '.nan', '1_000'],
  [
    '12345678901234567890',
    '5m',
    '2026-11-20',
    '12:00',
    '-',
    '--',
    '-5',
    '- 5',
    '()',
    '(',
    ')',
    'f(a, b)',
    'http://a/b',
  ],
  ['__proto__: 1', 'a: 1', 'a: b: c', 'a:', 'a:b', '\t', '\r\n', '\uFEFF', '\u2028', '\u00a0', '😀', '\u0085', 'é: 1'],
];
const piece = fc.constantFrom(...pieces.flat());

test('what is common in garbage is what the library reads', () => {
  const garbage = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(garbage, file, (text, name) => void expectSame(text, name)),
    { numRuns: runs(10_000) },
  );
});

test('what is common in examples with small changes is what the library reads', () => {
  const lines = examples.flatMap((text) => {
    const all = text.split('\n');
    return all.map((_, from) => all.slice(from, from + 8));
  });
  const change = fc.tuple(fc.nat(), fc.nat(6), piece);
  let common = 0;
  let all = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...lines),
      fc.array(change, { maxLength: 3 }),
      fc.boolean(),
      file,
      (part, changes, isFlush, name) => {
        const indent = isFlush ? (/^ */.exec(part[0] ?? '')?.[0].length ?? 0) : 0;
        let text = part.map((line) => line.slice(Math.min(indent, line.search(/\S|$/)))).join('\n');
        for (const [where, taken, put] of changes) {
          const at = where % (text.length + 1);
          text = text.slice(0, at) + put + text.slice(at + taken);
        }
        all += 1;
        if (expectSame(text, name)) common += 1;
      },
    ),
    { numRuns: runs(5_000) },
  );
  // So that the comparison is about something.
  expect(common / all).toBeGreaterThan(0.1);
});

test('nothing that it is given throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), file, (text, name) => void expectSame(text, name)),
    { numRuns: runs(2_000) },
  );
});

test('brackets without end are for the library', () => {
  expect(readCommonYaml('['.repeat(1e6), false)).toBeUndefined();
  expect(readCommonYaml('- '.repeat(1e6), false)).toBeUndefined();
  expect(readCommonYaml(`[${'1,'.repeat(1e6)}1]`, false)).toBeUndefined();
});
