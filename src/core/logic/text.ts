import { boundedList, boundedText, chargeText, exceed, MAX_LIST, MAX_TEXT } from './budget.ts';
import type { LogicScope } from './getter.ts';
import { buildMatches } from './matches.ts';
import { contains } from './membership.ts';
import { MANY, type Operator } from './operator.ts';
import { binary, ternary, unary, variadic } from './strict.ts';
import { numberOf, textOf, toText } from './value.ts';

/** Texts. `cat` and `substr` take anything, as in JSON-logic; the others texts, numbers and booleans. */
export const TEXT: readonly Operator[] = [
  {
    name: 'cat',
    arity: [1, MANY],
    signature: 'cat(a, b, …)',
    summary: 'The texts of all operands in one.',
    example: { logic: { cat: [{ var: 'room' }, '/', 1] }, payload: { room: 'hall' }, result: 'hall/1' },
    build: variadic(concatenated),
  },
  {
    name: 'substr',
    arity: [2, 3],
    signature: 'substr(s, start, length?)',
    summary: 'The part of a text from start on, so long; negative numbers count from the end.',
    example: { logic: { substr: ['jsonlogic', -5, 3] }, result: 'log' },
    build: (call) => (call.count === 2 ? rest(call) : part(call)),
  },
  {
    name: 'startsWith',
    arity: [2, 2],
    signature: 'startsWith(s, part)',
    summary: 'Whether a text begins with another.',
    example: { logic: { startsWith: [{ var: 'id' }, '0x'] }, payload: { id: '0x90fd' }, result: true },
    build: binary((text, start) => ofTexts(text, start, (s, t) => s.startsWith(t))),
  },
  {
    name: 'endsWith',
    arity: [2, 2],
    signature: 'endsWith(s, part)',
    summary: 'Whether a text ends with another.',
    example: { logic: { endsWith: [{ var: 'file' }, '.bin'] }, payload: { file: 'image.bin' }, result: true },
    build: binary((text, end) => ofTexts(text, end, (s, t) => s.endsWith(t))),
  },
  {
    name: 'contains',
    arity: [2, 2],
    signature: 'contains(s, part) or contains(l, x)',
    summary: 'Whether a text has another in it, or a list an element.',
    example: { logic: { contains: [{ var: 'name' }, 'room'] }, payload: { name: 'bathroom' }, result: true },
    build: binary(contains),
  },
  {
    name: 'upper',
    arity: [1, 1],
    signature: 'upper(s)',
    summary: 'The text in capitals.',
    example: { logic: { upper: 'on' }, result: 'ON' },
    build: unary((text, scope) => changed(text, scope, (s) => s.toUpperCase())),
  },
  {
    name: 'lower',
    arity: [1, 1],
    signature: 'lower(s)',
    summary: 'The text in small letters.',
    example: { logic: { lower: 'ON' }, result: 'on' },
    build: unary((text, scope) => changed(text, scope, (s) => s.toLowerCase())),
  },
  {
    name: 'trim',
    arity: [1, 1],
    signature: 'trim(s)',
    summary: 'The text without white space at its ends.',
    example: { logic: { trim: ' ON\n' }, result: 'ON' },
    build: unary((text, scope) => changed(text, scope, (s) => s.trim())),
  },
  {
    name: 'split',
    arity: [2, 2],
    signature: 'split(s, sep)',
    summary: 'The parts of a text between a separator; with an empty one, its characters.',
    example: { logic: { split: ['21.5;45', ';'] }, result: ['21.5', '45'] },
    build: binary(split),
  },
  {
    name: 'replace',
    arity: [3, 3],
    signature: 'replace(s, a, b)',
    summary: 'The text with every a in it replaced by b.',
    example: { logic: { replace: ['1,234,5', ',', '.'] }, result: '1.234.5' },
    build: ternary(replaced),
  },
  {
    name: 'matches',
    arity: [2, 2],
    signature: 'matches(s, "re")',
    summary: 'Whether a regular expression (RE2: no look-around, no back-references) finds something in a text.',
    example: {
      logic: { matches: [{ var: 'name' }, '^(bed|bath)room'] },
      payload: { name: 'bathroom 2' },
      result: true,
    },
    build: buildMatches,
  },
];

function concatenated(values: readonly unknown[], scope: LogicScope): string {
  let result = '';
  for (const value of values) {
    result += toText(value, scope);
    if (result.length > MAX_TEXT) exceed('text');
  }
  return boundedText(scope, result);
}

const rest = binary((value, start, scope) => substring(toText(value, scope), numberOf(start), undefined, scope));
const part = ternary((value, start, length, scope) =>
  substring(toText(value, scope), numberOf(start), numberOf(length), scope),
);

function substring(text: string, start: number, length: number | undefined, scope: LogicScope): string | null {
  if (Number.isNaN(start) || Number.isNaN(length)) return null;
  const from = Math.trunc(start);
  const tail = text.slice(from < 0 ? Math.max(from + text.length, 0) : from);
  if (length === undefined) return boundedText(scope, tail);
  const size = Math.trunc(length < 0 ? tail.length + length : length);
  return boundedText(scope, tail.slice(0, Math.max(size, 0)));
}

function ofTexts(a: unknown, b: unknown, compute: (s: string, t: string) => boolean): boolean | null {
  const s = textOf(a);
  const t = textOf(b);
  return s === undefined || t === undefined ? null : compute(s, t);
}

function changed(value: unknown, scope: LogicScope, change: (text: string) => string): string | null {
  const text = textOf(value);
  return text === undefined ? null : boundedText(scope, change(text));
}

function split(value: unknown, separator: unknown, scope: LogicScope): readonly string[] | null {
  const text = textOf(value);
  const between = textOf(separator);
  if (text === undefined || between === undefined) return null;
  chargeText(scope, text);
  return boundedList(between === '' ? Array.from(text) : text.split(between, MAX_LIST + 1));
}

function replaced(value: unknown, from: unknown, to: unknown, scope: LogicScope): string | null {
  const text = textOf(value);
  const old = textOf(from);
  const substitute = textOf(to);
  if (text === undefined || old === undefined || substitute === undefined) return null;
  if (old === '') return boundedText(scope, text);
  const pieces = chargeText(scope, text).split(old);
  const length = text.length + (pieces.length - 1) * (substitute.length - old.length);
  if (length > MAX_TEXT) exceed('text');
  return boundedText(scope, pieces.join(substitute));
}
