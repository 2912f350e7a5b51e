import type { Problem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { shorten } from './shorten.ts';
import type { TextLines } from './text-lines.ts';
import { readEntries } from './yaml-entries.ts';
import type { MeantEntry } from './yaml-entries.ts';
import { quoteForYaml } from './yaml-quote.ts';

/** A value that means something else to YAML than to its author, and would be right in quotes. */
export interface Trap {
  readonly key?: string;
  readonly start: number;
  readonly end: number;
  /** What YAML made of it, as a whole sentence without its full stop. */
  readonly saw: string;
}

/** The traps on the lines of these offsets: where YAML found mistakes, and where the brackets around those open. */
export function findTraps(text: string, lines: TextLines, offsets: readonly number[]): Trap[] {
  const traps: Trap[] = [];
  let readUntil = -1;
  for (const lineStart of offsets.map((offset) => lines.lineStart(offset)).sort((a, b) => a - b)) {
    if (lineStart <= readUntil) continue;
    readUntil = lineStart;
    for (const entry of readEntries(text, lineStart)) {
      const saw = whatYamlSaw(text.slice(entry.start, entry.end), entry);
      if (saw !== undefined) traps.push({ ...entry, saw });
      readUntil = entry.end;
    }
  }
  return traps;
}

/** The problem that a trap is, with the author's own text in quotes as the way out. */
export function trapProblem(file: string, text: string, lines: TextLines, trap: Trap): Problem {
  const written = text.slice(trap.start, trap.end);
  const what = isPlainText(trap.key, written) ? 'text' : 'expression';
  const key = trap.key === undefined ? '' : `${trap.key}: `;
  const hint = written.length > 100 ? `Quote the ${what}` : `Quote the ${what}: ${key}${quoteForYaml(written)}`;
  const at = lines.position(trap.start, trap.end - trap.start);
  return problemAt(file, at, 'unquoted-expression', trap.saw, hint);
}

/** The text with each trap covered by a harmless word of the same length, so that YAML can read on behind it. */
export function coverTraps(text: string, traps: readonly Trap[]): string {
  let covered = '';
  let at = 0;
  for (const { start, end } of traps) {
    if (start < at) continue;
    covered += text.slice(at, start) + 'x'.repeat(end - start);
    at = end;
  }
  return covered + text.slice(at);
}

function whatYamlSaw(value: string, { flow }: MeantEntry): string | undefined {
  const first = value[0] ?? '';
  switch (first) {
    case '!':
      return /^!(?:!|(?:secret|include|env|env_var)\s)/.test(value)
        ? undefined
        : `YAML reads "${word(value)}" as a tag, not as text`;
    case '*':
      return `YAML reads "${word(value)}" as an alias, not as text`;
    case '&':
      return `YAML reads "${word(value)}" as an anchor, not as text`;
    case '@':
    case '`':
    case '%':
      return `YAML does not let a text begin with "${first}"`;
    case '|':
    case '>':
      return /^[|>][-+0-9]*$/.test(value) ? undefined : `YAML reads "${first}" as the beginning of a block of text`;
    case '"':
    case "'":
      return afterQuote(value, first);
    case '{':
    case '[':
      return `YAML ends the value at the closing "${first === '{' ? '}' : ']'}", and something is left over`;
  }
  if (/^[-?] /.test(value))
    return `YAML reads "${first} " as the beginning of ${first === '-' ? 'a list item' : 'a key'}`;
  if (/:(?:\s|$)/.test(value)) return 'YAML reads ": " inside an unquoted text as the end of a key';
  if (!flow) return undefined;
  if (/[[\]{}]/.test(value)) return 'YAML reads a bracket inside { … } or [ … ] as one of its own';
  return value.includes(',') ? splitAtCommas : undefined;
}

/** What YAML does to a call with several arguments inside brackets. */
export const splitAtCommas = 'YAML splits what is inside { … } or [ … ] at every comma';

function afterQuote(value: string, quote: string): string | undefined {
  const quoted = quote === '"' ? /^"(?:[^"\\]|\\.)*"/ : /^'(?:[^']|'')*'/;
  const match = quoted.exec(value);
  if (match === null || match[0] === value) return undefined;
  return `YAML ends the text at its closing quote, and ${JSON.stringify(shorten(value.slice(match[0].length)))} is left over`;
}

function word(value: string): string {
  return shorten(/^[!*&]?[^\s,{}[\]]*/.exec(value)?.[0] ?? value);
}

const textKeys = new Set([
  'message',
  'summary',
  'description',
  'title',
  'name',
  'body',
  'url',
  'topic',
  'on',
  'with',
  'send',
  'expect',
]);

function isPlainText(key: string | undefined, value: string): boolean {
  return key !== undefined && textKeys.has(key) && !value.startsWith('!');
}
