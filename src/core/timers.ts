import { NEVER } from './stage.ts';

/**
 * A binary heap of deadlines; equal ones leave in any order. Nothing is removed early: who takes an entry out looks
 * whether it still means it, and puts it back where the deadline has moved. There may be one for every key, so the
 * entries are columns, not objects: that is a quarter of the memory.
 */
export class Timers<T> {
  #at: number[] = [];
  #owner: T[] = [];

  get size(): number {
    return this.#at.length;
  }

  /** The next deadline, or NEVER. */
  peek(): number {
    return this.#at[0] ?? NEVER;
  }

  push(at: number, owner: T): void {
    this.#at.push(at);
    this.#owner.push(owner);
    this.#rise(this.#at.length - 1, at, owner);
  }

  /** Take out the owner of the next deadline. */
  pop(): T | undefined {
    const first = this.#owner[0];
    const at = this.#at.pop();
    const owner = this.#owner.pop();
    if (at !== undefined && this.#at.length > 0) this.#sink(at, owner as T); // There is one for each deadline.
    return first;
  }

  /** Throw out the entries that are not wanted any more. */
  keep(wanted: (at: number, owner: T) => boolean): void {
    const entries = this.#owner
      .map((owner, i) => ({ at: this.#at[i] ?? NEVER, owner }))
      .filter(({ at, owner }) => wanted(at, owner))
      .sort((a, b) => a.at - b.at); // A sorted list is a heap.
    this.#at = entries.map(({ at }) => at);
    this.#owner = entries.map(({ owner }) => owner);
  }

  // All places below are below the size.

  #rise(from: number, at: number, owner: T): void {
    let i = from;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if ((this.#at[up] as number) <= at) break;
      this.#move(up, i);
      i = up;
    }
    this.#put(i, at, owner);
  }

  #sink(at: number, owner: T): void {
    const size = this.#at.length;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      if (left >= size) break;
      const right = left + 1;
      const child = right < size && (this.#at[right] as number) < (this.#at[left] as number) ? right : left;
      if ((this.#at[child] as number) >= at) break;
      this.#move(child, i);
      i = child;
    }
    this.#put(i, at, owner);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#at[from] as number, this.#owner[from] as T);
  }

  #put(place: number, at: number, owner: T): void {
    this.#at[place] = at;
    this.#owner[place] = owner;
  }
}
