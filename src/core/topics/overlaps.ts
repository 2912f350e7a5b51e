import type { TrieNode } from './trie-node.ts';

/**
 * Finds filters that share topics with others. Nodes of a trie that are reached alike are put together and kept: what ten
 * thousand filters have in common is looked at once.
 */
export class Overlaps<T> {
  readonly #nodes: readonly TrieNode<T>[];
  readonly #isRoot: boolean;
  readonly #exact: readonly T[];
  readonly #rest: readonly T[];
  readonly #byLevel = new Map<string, Overlaps<T>>();
  #children: ReadonlyMap<string, readonly TrieNode<T>[]> | undefined;
  #any: Overlaps<T> | null | undefined;
  #plus: Overlaps<T> | null | undefined;

  /** At the root, wildcards leave out what begins with `$` [MQTT-4.7.2-1]. */
  constructor(nodes: readonly TrieNode<T>[], isRoot: boolean) {
    this.#nodes = nodes;
    this.#isRoot = isRoot;
    this.#exact = nodes.flatMap(({ exact }) => (exact === undefined ? [] : [exact]));
    this.#rest = nodes.flatMap(({ rest }) => (rest === undefined ? [] : [rest]));
  }

  /** Call `visit` with the value of every filter that shares a topic with this filter, given as its levels. */
  find(levels: readonly string[], visit: (value: T) => void, depth = 0): void {
    const level = levels[depth];
    const isOpen = !(this.#isRoot && level?.startsWith('$') === true);
    if (isOpen) for (const value of this.#rest) visit(value);
    if (level === undefined) for (const value of this.#exact) visit(value);
    else if (level === '#') this.#everything(visit);
    else {
      (level === '+' ? this.#anyChild() : this.#child(level))?.find(levels, visit, depth + 1);
      if (isOpen) this.#plusChild()?.find(levels, visit, depth + 1);
    }
  }

  /** Every filter at or below, but for `rest`, which has been visited. */
  #everything(visit: (value: T) => void): void {
    for (const value of this.#exact) visit(value);
    for (const below of [this.#anyChild(), this.#plusChild()]) {
      if (below === null) continue;
      for (const value of below.#rest) visit(value);
      below.#everything(visit);
    }
  }

  #child(level: string): Overlaps<T> | undefined {
    const known = this.#byLevel.get(level);
    if (known !== undefined) return known;
    this.#children ??= byLevel(this.#nodes);
    const nodes = this.#children.get(level);
    if (nodes === undefined) return undefined;
    const child = new Overlaps(nodes, false);
    this.#byLevel.set(level, child);
    return child;
  }

  #anyChild(): Overlaps<T> | null {
    if (this.#any === undefined) {
      const nodes: TrieNode<T>[] = [];
      for (const { children } of this.#nodes) {
        children?.forEach((child, level) => {
          if (!(this.#isRoot && level.startsWith('$'))) nodes.push(child);
        });
      }
      this.#any = together(nodes);
    }
    return this.#any;
  }

  #plusChild(): Overlaps<T> | null {
    if (this.#plus === undefined) {
      this.#plus = together(this.#nodes.flatMap(({ plus }) => (plus === null ? [] : [plus])));
    }
    return this.#plus;
  }
}

function together<T>(nodes: readonly TrieNode<T>[]): Overlaps<T> | null {
  return nodes.length === 0 ? null : new Overlaps(nodes, false);
}

function byLevel<T>(nodes: readonly TrieNode<T>[]): Map<string, TrieNode<T>[]> {
  const children = new Map<string, TrieNode<T>[]>();
  for (const node of nodes) {
    node.children?.forEach((child, level) => {
      const known = children.get(level);
      if (known === undefined) children.set(level, [child]);
      else known.push(child);
    });
  }
  return children;
}
