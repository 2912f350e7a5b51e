import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Pair } from 'yaml';
import type { Position } from './problem.ts';
import { scalarOffset } from './scalar-offset.ts';
import type { TextLines } from './text-lines.ts';

/** The way to a value from the top: keys of mappings and indexes of lists. */
export type Path = readonly (string | number)[];

/** Where the values of one document stand in its text. */
export class DocumentPlaces {
  readonly #text: string;
  readonly #lines: TextLines;
  readonly #root: Node | null;
  readonly #targets: ReadonlyMap<Alias, Node>;

  constructor(text: string, lines: TextLines, root: Node | null, targets: ReadonlyMap<Alias, Node>) {
    this.#text = text;
    this.#lines = lines;
    this.#root = root;
    this.#targets = targets;
  }

  /** The place of the value, or of the nearest thing around it that exists; of its key if the value is empty. */
  positionOf(path: Path): Position {
    const { node, entry } = this.#find(path);
    if (isWritten(node)) return this.#place(node);
    // Nothing is written where the value should be.
    return entry === undefined ? this.#lines.position(node?.range?.[0] ?? 0) : this.#place(entry.key);
  }

  /** The place of the key, or of the item for an index of a list. */
  keyPositionOf(path: Path): Position {
    const { entry, depth } = this.#find(path);
    return depth === path.length && entry !== undefined ? this.#place(entry.key) : this.positionOf(path);
  }

  /** The place of `length` characters from `offset` on, both counted in the value of the text at the path. */
  positionIn(path: Path, offset: number, length: number): Position {
    const { node, depth } = this.#find(path);
    const scalar = this.#behindAlias(node);
    if (depth < path.length || !isScalar(scalar) || !isWritten(scalar)) return this.positionOf(path);
    const start = scalarOffset(this.#text, scalar, offset);
    const last = scalarOffset(this.#text, scalar, offset + Math.max(1, length) - 1);
    const behind = scalarOffset(this.#text, scalar, offset + Math.max(1, length));
    // Behind the last character of a line begins the next one, with its indentation.
    const end = this.#lines.lineStart(behind) === this.#lines.lineStart(last) ? behind : last + 1;
    return this.#lines.position(start, end - start);
  }

  #find(path: Path): { node: Node | null; entry: Pair | undefined; depth: number } {
    let node = this.#root;
    let entry: Pair | undefined;
    for (const [depth, step] of path.entries()) {
      const around = this.#behindAlias(node);
      const item = isMap(around)
        ? around.items.find((pair) => isScalar(pair.key) && keyOf(pair) === String(step))
        : isSeq(around) && typeof step === 'number'
          ? around.items[step]
          : undefined;
      if (item === undefined) return { node, entry, depth };
      entry = isPair(item) ? item : undefined;
      node = asNode(isPair(item) ? item.value : item);
    }
    return { node, entry, depth: path.length };
  }

  #behindAlias(node: Node | null): Node | null {
    return isAlias(node) ? (this.#targets.get(node) ?? null) : node;
  }

  /** A collection without brackets is shown by its first key, or by the dash of its first item. */
  #place(value: unknown): Position {
    const node = asNode(value);
    const [start, end] = node?.range ?? [0, 0];
    if (isMap(node) && node.flow !== true && isPair(node.items[0])) return this.#place(node.items[0].key);
    if (isSeq(node) && node.flow !== true) return this.#lines.position(start);
    return this.#lines.position(start, end - start);
  }
}

/** The key of an entry as text, for keys that are scalars. */
function keyOf({ key }: Pair): string | undefined {
  return isScalar(key) ? (typeof key.value === 'string' ? key.value : key.source) : undefined;
}

function isWritten(node: Node | null): boolean {
  return node !== null && !(isScalar(node) && node.source === '' && (node.range?.[0] ?? 0) === (node.range?.[1] ?? 0));
}

function asNode(value: unknown): Node | null {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}
