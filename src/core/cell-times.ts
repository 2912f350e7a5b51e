import { NEVER } from './stage.ts';

/**
 * Which deadlines of a millisecond: those before its messages, or those after them. Dropping a cell that was idle for
 * longer than its rule's `ttl` is one of the latter.
 */
export type Turn = 'first' | 'last';

/** The row of what is not kept. */
export const NO_ROW = -1;

const COLUMNS = 3;

/**
 * When each cell had its last message, and its deadlines before and after the messages of their millisecond: epoch
 * milliseconds, NEVER for none. There is a row for each cell, all in one piece of memory, as a number in an object takes
 * three times as much and is fetched by itself.
 */
export class CellTimes {
  #values = new Float64Array(64 * COLUMNS);
  #rows = 0;
  readonly #free: number[] = [];

  /** A row for a cell without deadlines. */
  add(touchedAt: number): number {
    const row = this.#free.pop() ?? this.#append();
    const place = row * COLUMNS;
    this.#values[place] = touchedAt;
    this.#values[place + 1] = NEVER;
    this.#values[place + 2] = NEVER;
    return row;
  }

  /** Another cell may have the row. */
  remove(row: number): void {
    this.#free.push(row);
  }

  touch(row: number, now: number): void {
    this.#values[row * COLUMNS] = now;
  }

  touchedAt(row: number): number {
    return this.#values[row * COLUMNS] ?? NEVER;
  }

  await(row: number, turn: Turn, at: number): void {
    this.#values[row * COLUMNS + (turn === 'first' ? 1 : 2)] = at;
  }

  /** The deadline of a turn that a cell waits for; others that name it are stale. */
  awaited(row: number, turn: Turn): number {
    return this.#values[row * COLUMNS + (turn === 'first' ? 1 : 2)] ?? NEVER;
  }

  #append(): number {
    if ((this.#rows + 1) * COLUMNS > this.#values.length) {
      const larger = new Float64Array(COLUMNS * Math.ceil(this.#rows * 1.5));
      larger.set(this.#values);
      this.#values = larger;
    }
    return this.#rows++;
  }
}
