import { meantDuration } from '../duration.ts';
import { Refusal } from './problem.ts';

/** What to do about characters that other languages, word processors and physics have and expressions do not. */
const CHARACTERS: readonly (readonly [characters: string, hint: string])[] = [
  ['“ ” „ ‟ « » ‘ ’ ‚ ‛ ` ´', 'Quote texts with " or \''],
  ['° ℃ ℉ € £ Ω ‰ ²', 'Numbers have no unit: write 30 instead of 30 °C'],
  ['≤', 'Write <='],
  ['≥', 'Write >='],
  ['≠ <>', 'Write !='],
  ['=<', 'Write <='],
  ['=>', 'Write >='],
  ['× ·', 'Write *'],
  ['÷', 'Write /'],
  ['− – —', 'Write - from the keyboard'],
  ['**', 'Write pow(x, y)'],
  ['^', 'Write pow(x, y)'],
  ['//', 'Write floor(x / y)'],
  ['=~', 'Write matches(text, "pattern")'],
  ['->', 'Write . before a field: a.b'],
  ['~', 'Write cat(a, b) to join texts, or matches(text, "pattern")'],
  ['&', 'Write and; whether the bit of 4 is set: floor(x / 4) % 2 != 0'],
  ['|', 'Write or; a filter is written as a call: round(x)'],
  ['?.', 'Write . alone: a field of something missing is unknown, not an error'],
  ['?:', 'Write ??'],
  [';', 'Leave it out'],
  ['{{', 'Write the expression without {{ }}'],
  ['#', 'An expression has no comments; quote topics'],
  ['\\', 'A backslash stands only inside quotes'],
];

const CHARACTER_HINTS: ReadonlyMap<string, string> = new Map(
  CHARACTERS.flatMap(([characters, hint]) => characters.split(' ').map((character) => [character, hint] as const)),
);

/** What to write instead of the words that other languages have between two operands. */
const WORD_HINTS: ReadonlyMap<string, string> = new Map([
  ['and', 'Write and'],
  ['or', 'Write or'],
  ['not', 'Write not'],
  ['in', 'Write in'],
  ['is', 'Write == or !=: x == null'],
  ['isnt', 'Write !='],
  ['equals', 'Write =='],
  ['eq', 'Write =='],
  ['ne', 'Write !='],
  ['lt', 'Write <'],
  ['gt', 'Write >'],
  ['le', 'Write <='],
  ['ge', 'Write >='],
  ['lte', 'Write <='],
  ['gte', 'Write >='],
  ['above', 'Write >'],
  ['below', 'Write <'],
  ['xor', 'Write !='],
  ['mod', 'Write %'],
  ['div', 'Write floor(x / y)'],
  ['between', 'Write 20 <= x <= 40, or between(x, 20, 40)'],
  ['contains', 'Write contains(text, "part")'],
  ['startswith', 'Write startsWith(text, "part")'],
  ['endswith', 'Write endsWith(text, "part")'],
  ['matches', 'Write matches(text, "pattern")'],
  ['like', 'Write contains(text, "part") or matches(text, "pattern")'],
  ['if', 'Write condition ? a : b'],
  ['then', 'Write condition ? a : b'],
  ['else', 'Write condition ? a : b'],
  ['when', 'Write condition ? a : b'],
  ['unless', 'Write and not'],
  ['for', 'For how long it has to hold is a key of the rule: for: 5m'],
  ['where', 'Write where: as a key of the rule, or count_if(condition)'],
  ['distinct', 'Write count_distinct(x), or unique(list)'],
  ['over', 'Write window: { sliding: 5m }, and what it gathers under aggregate:'],
]);

/** The word for an operator that is not one here, and what to write; undefined if nobody would mean an operator. */
export function hintForWord(word: string): string | undefined {
  return WORD_HINTS.get(word.toLowerCase());
}

/** A character, or several that belong together, that no expression has. */
export function badCharacter(source: string, offset: number, found: string): Refusal {
  const place = { offset, length: found.length };
  if (found === '${') return templateInside(source, offset);
  if (found === '{' || found === '}') {
    const hint =
      found === '{'
        ? 'Constants that belong together stand in vars; values that do are a list here, as in [id, payload], and a mapping in the payload of publish'
        : undefined;
    return new Refusal('unexpected-character', place, `an expression has no "${found}"`, hint);
  }
  return new Refusal('unexpected-character', place, `unexpected ${visible(found)}`, CHARACTER_HINTS.get(found));
}

/** A number with something behind it that is no unit of time, or one that JSON could not write. */
export function badNumber(offset: number, text: string): Refusal {
  const place = { offset, length: text.length };
  if (Number(text) === Infinity) return new Refusal('bad-number', place, `"${text}" is too large a number`);
  return new Refusal('bad-number', place, `"${text}" is neither a number nor a duration`, hintForNumber(text));
}

function hintForNumber(text: string): string {
  if (text.endsWith('.')) return 'Write digits behind the dot, or leave it out';
  if (/^0\d+(\.\d+)?$/.test(text)) return `Write ${text.replace(/^0+(?=\d)/, '')}, or quote it`;
  const meant = meantDuration(text);
  if (meant !== undefined) return `Write ${meant}`;
  return 'Units of time are ms s m h d w, as in 1h30m; other numbers have none';
}

function templateInside(source: string, offset: number): Refusal {
  const end = source.indexOf('}', offset);
  const inner = end < 0 ? 'x' : source.slice(offset + 2, end).trim();
  const place = { offset, length: end < 0 ? 2 : end + 1 - offset };
  return new Refusal('template-inside', place, 'an expression has no ${ }', `Write ${inner} without \${ }`);
}

/** Characters that cannot be seen are named by their number. */
function visible(text: string): string {
  if (/^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(text)) return `"${text}"`;
  return `character U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
