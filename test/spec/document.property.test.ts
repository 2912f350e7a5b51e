import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from '../../src/spec/document.ts';
import type { Document, Path } from '../../src/spec/document.ts';
import { formatProblem } from '../../src/spec/frame.ts';
import type { Position } from '../../src/spec/problem.ts';
import { quoteForYaml } from '../../src/spec/yaml-quote.ts';
import { runs } from '../property-runs.ts';

function isInside(text: string, { line, column, length }: Position): boolean {
  const content = text.replace(/^\uFEFF/, '').split(/\r?\n/)[line - 1];
  return (
    content !== undefined &&
    column >= 1 &&
    column <= content.length + 1 &&
    length >= 1 &&
    column - 1 + length <= Math.max(content.length, column)
  );
}

function* pathsIn(data: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof data !== 'object' || data === null) return;
  for (const [key, value] of Object.entries(data))
    yield* pathsIn(value, [...path, Array.isArray(data) ? Number(key) : key]);
}

function expectPlacesInside(text: string, document: Document): void {
  for (const path of pathsIn(document.data)) {
    expect(isInside(text, document.positionOf(path))).toBe(true);
    expect(isInside(text, document.keyPositionOf([...path, 'nowhere']))).toBe(true);
    for (const offset of [0, 1, 7, 1000]) expect(isInside(text, document.positionIn(path, offset, 3))).toBe(true);
  }
}

const pieces = fc.constantFrom(
  'if',
  'on',
  ': ',
  ':',
  '- ',
  '-',
  '\n',
  '\n  ',
  '\n    ',
  ' ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '#',
  ' #',
  '!',
  '!x',
  '&a',
  '*a',
  '|\n',
  '>-\n',
  '${',
  'x',
  '(',
  ')',
  '1',
  '?',
  '? ',
  '\t',
  '\r\n',
  '%',
  '@',
  '`',
  '\\',
  '---\n',
  '...',
  '~',
  '<<',
  '\uFEFF',
  '\0',
  '\x1f',
  '\x18',
  '\x02',
  '😀',
  '\u2028',
  'round(x, 1)',
  '.nan',
  '\r',
);
const garbage = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''));

test('garbage ends in data or in problems inside the text, and never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof({ weight: 5, arbitrary: garbage }, fc.string({ unit: 'binary' })),
      fc.constantFrom('a.yaml', 'a.json'),
      (text, file) => {
        const parsed = parseDocument(file, text);
        if (parsed.ok) return expectPlacesInside(text, parsed.document);
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const problem of parsed.problems) {
          expect(isInside(text, problem), JSON.stringify(problem)).toBe(true);
          expect(formatProblem(problem, text, { color: false }).length).toBeLessThan(2_000);
        }
      },
    ),
    { numRuns: runs(3_000) },
  );
});

test('the same garbage over and over takes time in proportion to its length', () => {
  const few = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(few, (part) => {
      const text = part.repeat(Math.ceil(100_000 / part.length));
      const before = process.cpuUsage();
      parseDocument('a.yaml', text);
      const used = process.cpuUsage(before);
      // Usually a tenth of a second; what grows with the square takes minutes.
      expect((used.user + used.system) / 1e6).toBeLessThan(5);
    }),
    { numRuns: runs(60) },
  );
});

/** Numbers that are written as integers must be exact. */
const number = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger())
  .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n) || Math.abs(n) >= 1e21);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'binary' }),
    number,
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('mapping'),
  ),
  list: fc.array(tie('any'), { maxLength: 5 }),
  mapping: fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('__proto__', 'on', '<<', 'null', '~', '1')),
    tie('any'),
    { maxKeys: 5 },
  ),
})).any;

test('a JSON document means what JSON.parse makes of it, however it is spaced', () => {
  fc.assert(
    fc.property(
      value,
      fc.constantFrom('', '\t', ' ', '    '),
      fc.boolean(),
      fc.constantFrom('a.json', 'a.yaml'),
      (data, indent, crlf, file) => {
        fc.pre(indent !== '\t' || file === 'a.json');
        const written = JSON.stringify(data, null, indent).replace(/[\x7f-\x84\x86-\x9f\ufffe\uffff]/g, '?');
        const text = crlf ? written.replaceAll('\n', '\r\n') : written;
        const parsed = parseDocument(file, text);
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
        expect(JSON.stringify(parsed.document.data)).toBe(JSON.stringify(JSON.parse(written)));
        expectPlacesInside(text, parsed.document);
      },
    ),
    { numRuns: runs(1_500) },
  );
});

test('what a hint puts in quotes reads back as it was', () => {
  fc.assert(
    fc.property(fc.oneof(garbage, fc.string({ unit: 'binary' })), (text) => {
      fc.pre(!/[\x7f-\x9f\ufffe\uffff]/.test(text));
      const parsed = parseDocument('a.yaml', `k: ${quoteForYaml(text)}\n`);
      expect(parsed.ok && (parsed.document.data as { k: unknown }).k).toBe(text);
    }),
    { numRuns: runs(2_000) },
  );
});

test('a place inside a quoted text is that of its character', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', "'", '"', '\\', ' ', 'é', '😀'), minLength: 1 });
  fc.assert(
    fc.property(text, fc.nat(), fc.boolean(), (content, where, single) => {
      const written = single ? `'${content.replaceAll("'", "''")}'` : JSON.stringify(content);
      const offset = where % content.length;
      const parsed = parseDocument('a.yaml', `k: ${written}`);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const { column } = parsed.document.positionIn(['k'], offset);
      const before = single
        ? content.slice(0, offset).replaceAll("'", "''")
        : JSON.stringify(content.slice(0, offset)).slice(1, -1);
      // Half of a pair of surrogates cannot be pointed at in JSON's own notation.
      fc.pre(!/[\ud800-\udbff]$/.test(content.slice(0, offset)));
      expect(column).toBe(5 + before.length);
    }),
    { numRuns: runs(1_000) },
  );
});
