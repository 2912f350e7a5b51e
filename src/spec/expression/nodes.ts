import { Refusal, type Place } from './problem.ts';

/** How deep a tree of JSON-logic may be, counted in operators and lists. */
export const MAX_DEPTH = 64;

/** `a < b <= c` repeats `b`: without this bound a short text could stand for an endless tree. */
const MAX_NODES = 4096;

interface Node {
  readonly offset: number;
  readonly depth: number;
  readonly size: number;
}

/** The operators and lists of one expression: where each stands, within bounds on the whole. */
export class Nodes {
  readonly #nodes = new Map<object, Node>();

  /** `{operator: operands}` as written at a place. */
  operation(operator: string, operands: readonly unknown[], place: Place): object {
    return this.#add({ [operator]: operands }, operands, place);
  }

  /** `{var: path}`. */
  variable(path: string, place: Place): object {
    return this.#add({ var: path }, [], place);
  }

  list(items: readonly unknown[], place: Place): readonly unknown[] {
    return this.#add(items, items, place);
  }

  offsetOf(node: object): number | undefined {
    return this.#nodes.get(node)?.offset;
  }

  #add<T extends object>(node: T, children: readonly unknown[], place: Place): T {
    let depth = 1;
    let size = 1;
    for (const child of children) {
      const known = typeof child === 'object' && child !== null ? this.#nodes.get(child) : undefined;
      depth = Math.max(depth, 1 + (known?.depth ?? 0));
      size += known?.size ?? 1;
    }
    if (depth > MAX_DEPTH) throw tooDeep(place);
    if (size > MAX_NODES) {
      throw new Refusal(
        'expression-too-large',
        place,
        `the expression has more than ${MAX_NODES} parts`,
        'Give parts of it names with let',
      );
    }
    this.#nodes.set(node, { offset: place.offset, depth, size });
    return node;
  }
}

/** The problem of an expression that is nested too deeply. */
export function tooDeep(place: Place): Refusal {
  return new Refusal(
    'expression-too-deep',
    place,
    `the expression is nested more than ${MAX_DEPTH} deep`,
    'Give parts of it names with let',
  );
}
