import { isNode, isPair, isScalar, Scalar } from 'yaml';
import type { Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { TextLines } from './text-lines.ts';
import { splitAtCommas } from './yaml-traps.ts';
import type { Trap } from './yaml-traps.ts';

/** The calls that a collection in brackets was split inside of, and the entries that are parts of them. */
export interface SplitCalls {
  readonly traps: readonly Trap[];
  readonly parts: ReadonlySet<unknown>;
}

const none: SplitCalls = { traps: [], parts: new Set() };

/** Finds calls like `{ mean: round(x, 1) }`, which YAML accepts as `mean: "round(x"` and a key `1)` without a value. */
export function splitCalls(text: string, collection: YAMLMap | YAMLSeq): SplitCalls {
  if (collection.flow !== true) return none;
  const traps: Trap[] = [];
  const parts = new Set<unknown>();
  const items = collection.items;
  for (let first = 0; first < items.length; first += 1) {
    const opening = plainPiece(text, items[first]);
    if (opening === undefined || missingParentheses(opening.written) <= 0) continue;
    const last = closingItem(text, items, first, missingParentheses(opening.written));
    const end = last === undefined ? undefined : plainPiece(text, items[last])?.end;
    if (last === undefined || end === undefined) continue;
    traps.push({ ...opening, end, saw: splitAtCommas });
    for (const part of items.slice(first, last + 1)) parts.add(part);
    first = last;
  }
  return { traps, parts };
}

/** A value that begins with "#", which YAML takes for a comment: `on: #rest/state`. */
export function swallowedByComment(
  text: string,
  lines: TextLines,
  item: unknown,
  key: string | undefined,
): Trap | undefined {
  const value = isPair(item) ? item.value : item;
  if (!isScalar(value) || value.source !== '' || !value.range) return undefined;
  const before = isPair(item) && isScalar(item.key) ? item.key.range?.[1] : lines.lineStart(value.range[0]);
  if (before === undefined) return undefined;
  const match = /^([ \t]*[:-][-\s]*)#[^\s#]/.exec(text.slice(before, lines.lineEnd(before)));
  if (match?.[1] === undefined) return undefined;
  const start = before + match[1].length;
  const end = start + text.slice(start, lines.lineEnd(start)).trimEnd().length;
  const saw = 'YAML reads "#" after a space as the beginning of a comment, so there is no value';
  return { ...(key === undefined ? {} : { key }), start, end, saw };
}

/** `if: ! x`, which YAML accepts as `x`: alone, "!" is a tag that changes nothing. */
export function bareMark(text: string, lines: TextLines, node: unknown, key: string | undefined): Trap | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const lineStart = lines.lineStart(node.range[0]);
  const match = /(?:^|[\s,[{])(![ \t]+)$/.exec(text.slice(Math.max(lineStart, node.range[0] - 20), node.range[0]));
  if (match?.[1] === undefined) return undefined;
  const start = node.range[0] - match[1].length;
  const written = text.slice(start, Math.min(node.range[1], lines.lineEnd(start)));
  const end = start + written.trimEnd().length;
  return { ...(key === undefined ? {} : { key }), start, end, saw: 'YAML reads "!" as a tag and drops it' };
}

interface Piece {
  readonly key?: string;
  readonly start: number;
  readonly end: number;
  readonly written: string;
}

/** How far behind its beginning a call may end; a bound on work, not on anybody's style. */
const MAX_PARTS = 50;

function closingItem(text: string, items: readonly unknown[], first: number, missing: number): number | undefined {
  let open = missing;
  for (let index = first + 1; index < items.length && index < first + MAX_PARTS; index += 1) {
    const piece = plainPiece(text, items[index]);
    open += piece === undefined ? 0 : missingParentheses(piece.written);
    if (open <= 0) return index;
  }
  return undefined;
}

/** The unquoted text of an entry: of its value, or of its key where it has no value. */
function plainPiece(text: string, item: unknown): Piece | undefined {
  const node = isPair(item) ? (item.value ?? item.key) : item;
  if (!isScalar(node) || node.type !== Scalar.PLAIN || !node.range) return undefined;
  const [start, end] = node.range;
  const key = isPair(item) && item.value !== null ? keyText(item) : undefined;
  return { ...(key === undefined ? {} : { key }), start, end, written: text.slice(start, end) };
}

function keyText({ key }: Pair): string | undefined {
  return isScalar(key) ? key.source : undefined;
}

function missingParentheses(written: string): number {
  let open = 0;
  for (const char of written) {
    if (char === '(') open += 1;
    else if (char === ')') open -= 1;
  }
  return open;
}
