/** A message has come that a script may wait for. */
export interface Arrived {
  /** What a script that waits for it goes by. */
  readonly id: string;
  /** The captured levels that the names of the wait's own mean. */
  readonly captures: readonly string[];
  readonly payload: unknown;
}

/** What a cell waits for that waits for nothing. One for all. */
export const NO_WAITS: readonly string[] = [];

/** What a script that waits goes by: the port it waits at, and the levels that the topic must have there. */
export function waitId(port: number, levels: readonly string[]): string {
  return [port, ...levels].join('\0'); // No topic has a NUL.
}

/** What waits: a cell. */
interface Waiting {
  readonly order: number;
  waits: readonly string[];
}

/** Which cells of a rule wait for which messages, so that what comes for one key does not go by all of them. */
export class Waits<T extends Waiting> {
  /** Made when something waits: most rules have nothing that does, and there are many. */
  #cells: Map<string, Set<T>> | null = null;

  get isEmpty(): boolean {
    return this.#cells === null || this.#cells.size === 0;
  }

  has(id: string): boolean {
    return this.#cells?.has(id) === true;
  }

  /** A cell waits for other messages than before. */
  move(cell: T, ids: readonly string[]): void {
    const before = cell.waits;
    if (ids === before) return;
    if (ids.length === before.length && ids.every((id, i) => id === before[i])) return;
    for (const id of before) this.#remove(cell, id);
    for (const id of ids) this.#add(cell, id);
    cell.waits = ids;
  }

  /** The cells that wait for any of these, in the order of their keys' first messages. */
  of(arrived: readonly Arrived[]): readonly T[] {
    const found = new Set<T>();
    for (const { id } of arrived) for (const cell of this.#cells?.get(id) ?? []) found.add(cell);
    return [...found].sort((a, b) => a.order - b.order);
  }

  #add(cell: T, id: string): void {
    this.#cells ??= new Map<string, Set<T>>();
    const cells = this.#cells.get(id);
    if (cells === undefined) this.#cells.set(id, new Set([cell]));
    else cells.add(cell);
  }

  #remove(cell: T, id: string): void {
    const cells = this.#cells?.get(id);
    cells?.delete(cell);
    if (cells?.size === 0) this.#cells?.delete(id);
  }
}
