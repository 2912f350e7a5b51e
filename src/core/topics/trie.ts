import { matchedLevels } from './filter.ts';

interface Node<T> {
  children: Map<string, Node<T>> | null;
  plus: Node<T> | null;
  /** The value of the filter that ends here, and of the one that ends here with `#`. */
  exact: T | undefined;
  rest: T | undefined;
}

/** Topic filters, each with one value. Matching costs the same however many filters there are. */
export class TopicTrie<T> {
  readonly #root: Node<T> = emptyNode();
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

  /** Call `visit` with the value of every filter that shares a topic with this filter, given as its levels. */
  overlapping(levels: readonly string[], visit: (value: T) => void): void {
    overlap(this.#root, levels, 0, visit);
  }
}

function emptyNode<T>(): Node<T> {
  return { children: null, plus: null, exact: undefined, rest: undefined };
}

function childOf<T>(node: Node<T>, level: string): Node<T> {
  node.children ??= new Map();
  let child = node.children.get(level);
  if (child === undefined) node.children.set(level, (child = emptyNode()));
  return child;
}

function descend<T>(node: Node<T>, levels: readonly string[], depth: number, visit: (value: T) => void): void {
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

function overlap<T>(node: Node<T>, levels: readonly string[], depth: number, visit: (value: T) => void): void {
  const level = levels[depth];
  const wild = depth > 0 || !(level ?? '').startsWith('$');
  if (wild && node.rest !== undefined) visit(node.rest);
  if (level === undefined) {
    if (node.exact !== undefined) visit(node.exact);
    return;
  }
  if (level === '#') {
    everything(node, depth > 0, visit);
    return;
  }
  if (level === '+') {
    for (const [name, child] of node.children ?? []) {
      if (depth > 0 || !name.startsWith('$')) overlap(child, levels, depth + 1, visit);
    }
  } else {
    const child = node.children?.get(level);
    if (child !== undefined) overlap(child, levels, depth + 1, visit);
  }
  if (wild && node.plus !== null) overlap(node.plus, levels, depth + 1, visit);
}

/** Every filter at or below a node, but for its `rest`, which has been visited. */
function everything<T>(node: Node<T>, dollars: boolean, visit: (value: T) => void): void {
  if (node.exact !== undefined) visit(node.exact);
  for (const [name, child] of node.children ?? []) if (dollars || !name.startsWith('$')) subtree(child, visit);
  if (node.plus !== null) subtree(node.plus, visit);
}

function subtree<T>(node: Node<T>, visit: (value: T) => void): void {
  if (node.rest !== undefined) visit(node.rest);
  everything(node, true, visit);
}
