import { Scalar } from 'yaml';

/** The offset in the file of the character `offset` of a scalar's value; a good guess where YAML folds lines. */
export function scalarOffset(text: string, node: Scalar, offset: number): number {
  const [start, end] = node.range ?? [0, 0];
  const written = text.slice(start, end);
  const value = node.source ?? '';
  const at = Math.max(0, Math.min(offset, value.length));
  if (node.type === Scalar.BLOCK_LITERAL) return start + inLiteral(written, value, at);
  if (node.type === Scalar.BLOCK_FOLDED) return start + inFolded(written, value, at, written.indexOf('\n') + 1);
  if (written.includes('\n')) return start + inFolded(written, value, at, /^["']/.test(written) ? 1 : 0);
  if (node.type === Scalar.QUOTE_SINGLE) return start + inSingleQuotes(written, at);
  if (node.type === Scalar.QUOTE_DOUBLE) return start + inDoubleQuotes(written, at);
  return start + at;
}

function inSingleQuotes(written: string, offset: number): number {
  let at = 1;
  for (let seen = 0; seen < offset; seen += 1) at += written[at] === "'" ? 2 : 1;
  return at;
}

const escapeLengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

function inDoubleQuotes(written: string, offset: number): number {
  let at = 1;
  let seen = 0;
  while (seen < offset && at < written.length) {
    const letter = written[at] === '\\' ? (written[at + 1] ?? '') : undefined;
    const length = letter === undefined ? 1 : (escapeLengths[letter] ?? 2);
    // One escape may stand for a character of two units.
    const units = letter === 'U' && Number.parseInt(written.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1;
    if (seen + units > offset) break;
    seen += units;
    at += length;
  }
  return at;
}

/** Lines of a `|` text are those of the file without their indentation. */
function inLiteral(written: string, value: string, offset: number): number {
  const lines = value.split('\n');
  const writtenLines = written.split('\n').slice(1);
  const sample = lines.findIndex((line) => line !== '');
  const indent =
    sample === -1 ? 0 : (writtenLines[sample] ?? '').replace(/\r$/, '').length - (lines[sample] ?? '').length;
  const line = value.slice(0, offset).split('\n').length - 1;
  const column = offset - (value.lastIndexOf('\n', offset - 1) + 1);
  let at = written.indexOf('\n') + 1;
  for (const before of writtenLines.slice(0, line)) at += before.length + 1;
  return Math.min(at + Math.min(indent, (writtenLines[line] ?? '').length) + column, written.length);
}

/** Walks both texts side by side, over the white space that folding changed. */
function inFolded(written: string, value: string, offset: number, from: number): number {
  let at = from;
  let seen = 0;
  while (at < written.length) {
    const same = written[at] === value[seen];
    if (seen >= offset && (same || offset >= value.length)) break;
    if (same) seen += 1;
    else if (!isBlank(written[at]) && isBlank(value[seen])) {
      seen += 1;
      continue;
    }
    at += 1;
  }
  return at;
}

function isBlank(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char);
}
