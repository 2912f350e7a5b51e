import { NEVER } from './stage.ts';

/**
 * A binary heap of deadlines; equal ones leave in the order they came. Nothing is removed early: who takes an entry out
 * looks whether it still means it, and puts it back where the deadline has moved.
 */
export class Timers<T> {
  #entries: { readonly at: number; readonly order: number; readonly owner: T }[] = [];
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The next deadline, or NEVER. */
  peek(): number {
    return this.#entries[0]?.at ?? NEVER;
  }

  push(at: number, owner: T): void {
    const entries = this.#entries;
    entries.push({ at, order: this.#order++, owner });
    let i = entries.length - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.#before(i, up)) return;
      this.#swap(i, up);
      i = up;
    }
  }

  /** Take out the owner of the next deadline. */
  pop(): T | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (top === undefined || last === undefined) return undefined;
    if (entries.length > 0) {
      entries[0] = last;
      this.#sink();
    }
    return top.owner;
  }

  /** Throw out the entries that are not wanted any more. */
  keep(wanted: (at: number, owner: T) => boolean): void {
    const kept = this.#entries.filter(({ at, owner }) => wanted(at, owner));
    kept.sort((a, b) => a.at - b.at || a.order - b.order); // A sorted list is a heap.
    this.#entries = kept;
  }

  #sink(): void {
    const size = this.#entries.length;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      if (left >= size) return;
      const right = left + 1;
      const child = right < size && this.#before(right, left) ? right : left;
      if (!this.#before(child, i)) return;
      this.#swap(child, i);
      i = child;
    }
  }

  #before(a: number, b: number): boolean {
    const x = this.#entries[a];
    const y = this.#entries[b];
    if (x === undefined || y === undefined) return false;
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const x = this.#entries[a];
    const y = this.#entries[b];
    if (x === undefined || y === undefined) return;
    this.#entries[a] = y;
    this.#entries[b] = x;
  }
}
