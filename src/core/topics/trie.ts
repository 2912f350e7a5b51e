import { matchedLevels } from './filter.ts';
import { Overlaps } from './overlaps.ts';
import type { TrieNode } from './trie-node.ts';

/** Topic filters, each with one value. Matching costs the same however many filters there are. */
export class TopicTrie<T> {
  readonly #root: TrieNode<T> = emptyNode();
  #size = 0;

  /** How many filters there are. */
  get size(): number {
    return this.#size;
  }

  /** The value of a filter, made by `create` the first time. */
  at(filter: string, create: () => T): T {
    const levels = matchedLevels(filter);
    const hash = levels.at(-1) === '#';
    if (hash) levels.pop();
    let node = this.#root;
    for (const level of levels) node = level === '+' ? (node.plus ??= emptyNode()) : childOf(node, level);
    const found = hash ? node.rest : node.exact;
    if (found !== undefined) return found;
    const value = create();
    if (hash) node.rest = value;
    else node.exact = value;
    this.#size++;
    return value;
  }

  /** Call `visit` with the value of every filter that matches the topic, given as its levels. */
  match(levels: readonly string[], visit: (value: T) => void): void {
    descend(this.#root, levels, 0, visit);
  }

  /** Finds filters that share topics with others, in the trie as it is now. */
  overlaps(): Overlaps<T> {
    return new Overlaps([this.#root], true);
  }
}

function emptyNode<T>(): TrieNode<T> {
  return { children: null, plus: null, exact: undefined, rest: undefined };
}

function childOf<T>(node: TrieNode<T>, level: string): TrieNode<T> {
  node.children ??= new Map();
  let child = node.children.get(level);
  if (child === undefined) node.children.set(level, (child = emptyNode()));
  return child;
}

function descend<T>(node: TrieNode<T>, levels: readonly string[], depth: number, visit: (value: T) => void): void {
  // A wildcard in first place does not match `$SYS` and its like [MQTT-4.7.2-1].
  const wild = depth > 0 || !(levels[0] ?? '').startsWith('$');
  if (wild && node.rest !== undefined) visit(node.rest);
  if (depth === levels.length) {
    if (node.exact !== undefined) visit(node.exact);
    return;
  }
  const child = node.children?.get(levels[depth] ?? '');
  if (child !== undefined) descend(child, levels, depth + 1, visit);
  if (wild && node.plus !== null) descend(node.plus, levels, depth + 1, visit);
}
