import { Refusal } from './problem.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Where the quoted text that begins at `start` ends, after its closing quote; undefined if it is not closed. */
export function endOfText(source: string, start: number): number | undefined {
  const quote = source[start];
  for (let index = start + 1; index < source.length; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === quote) return index + 1;
  }
  return undefined;
}

/** What the quoted text between two offsets says. Refuses an escape that has no meaning. */
export function readText(source: string, start: number, end: number): string {
  let text = '';
  for (let index = start + 1; index < end - 1; index++) {
    const character = source[index] ?? '';
    if (character !== '\\') {
      text += character;
      continue;
    }
    const code = /^u([0-9a-fA-F]{4})/.exec(source.slice(index + 1, end - 1))?.[1];
    const escaped = code === undefined ? ESCAPES.get(source[index + 1] ?? '') : String.fromCharCode(parseInt(code, 16));
    if (escaped === undefined) throw badEscape(source, index);
    text += escaped;
    index += code === undefined ? 1 : 5;
  }
  return text;
}

/** The problem of a text without its closing quote. */
export function unterminatedText(source: string, start: number): Refusal {
  const place = { offset: start, length: source.length - start };
  return new Refusal('unterminated-text', place, 'the text is not closed', `Add the closing ${source[start]}`);
}

function badEscape(source: string, offset: number): Refusal {
  const escape = source[offset + 1] === 'u' ? '\\u' : `\\${String.fromCodePoint(source.codePointAt(offset + 1) ?? 0)}`;
  const hint = escape === '\\u' ? '\\u takes four hexadecimal digits' : `For a backslash write \\${escape}`;
  return new Refusal('bad-escape', { offset, length: escape.length }, `"${escape}" is not an escape`, hint);
}
