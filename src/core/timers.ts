import { NEVER } from './stage.ts';

/**
 * A binary heap of deadlines; equal ones leave in the order they came. Nothing is removed early: who takes an entry out
 * looks whether it still means it, and puts it back where the deadline has moved. There may be one for every key, so the
 * entries are columns, not objects: that is a third of the memory.
 */
export class Timers<T> {
  #at: number[] = [];
  #order: number[] = [];
  #owner: T[] = [];
  #next = 0;

  get size(): number {
    return this.#at.length;
  }

  /** The next deadline, or NEVER. */
  peek(): number {
    return this.#at[0] ?? NEVER;
  }

  push(at: number, owner: T): void {
    let i = this.#at.length;
    this.#at.push(at);
    this.#order.push(this.#next++);
    this.#owner.push(owner);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.#before(i, up)) return;
      this.#swap(i, up);
      i = up;
    }
  }

  /** Take out the owner of the next deadline. */
  pop(): T | undefined {
    const last = this.#at.length - 1;
    if (last < 0) return undefined;
    this.#swap(0, last);
    this.#at.pop();
    this.#order.pop();
    const owner = this.#owner.pop();
    this.#sink();
    return owner;
  }

  /** Throw out the entries that are not wanted any more. */
  keep(wanted: (at: number, owner: T) => boolean): void {
    const entries = this.#owner
      .map((owner, i) => ({ at: this.#at[i] ?? NEVER, order: this.#order[i] ?? 0, owner }))
      .filter(({ at, owner }) => wanted(at, owner))
      .sort((a, b) => a.at - b.at || a.order - b.order); // A sorted list is a heap.
    this.#at = entries.map(({ at }) => at);
    this.#order = entries.map(({ order }) => order);
    this.#owner = entries.map(({ owner }) => owner);
  }

  #sink(): void {
    const size = this.#at.length;
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

  // Both places are below the size wherever these are called.
  #before(a: number, b: number): boolean {
    const x = this.#at[a] as number;
    const y = this.#at[b] as number;
    return x < y || (x === y && (this.#order[a] as number) < (this.#order[b] as number));
  }

  #swap(a: number, b: number): void {
    swap(this.#at, a, b);
    swap(this.#order, a, b);
    swap(this.#owner, a, b);
  }
}

function swap(column: unknown[], a: number, b: number): void {
  const value = column[a];
  column[a] = column[b];
  column[b] = value;
}
