import { NEVER } from './stage.ts';
import { Timers } from './timers.ts';
import { hear, markAt, type EventClock } from './window/event-clock.ts';

/** What waits for a time: the cell of a key. */
interface Waiting {
  readonly order: number;
}

/** The clock of an event time that keys share, and the time that a key waits for next. Plain JSON. */
interface SharedState {
  readonly clock: EventClock;
  awaited: number;
}

/**
 * The event time that all keys of a rule share (`watermark: rule`). Its state is in the cell of the rule itself; which
 * keys wait for which time is found from their cells. Times are milliseconds.
 */
export class SharedTime<C extends Waiting> {
  readonly #lateness: number;
  readonly #idle: number;
  readonly #state: () => SharedState;
  readonly #ends = new Timers<C>();
  /** The time that each cell waits for; deadlines that name another are stale. */
  readonly #awaited = new Map<C, number>();

  constructor({ lateness, idle }: { readonly lateness: number; readonly idle: number }, state: () => SharedState) {
    this.#lateness = lateness;
    this.#idle = idle;
    this.#state = state;
    this.begin();
  }

  /** The state is another one, and no cell is known to wait. */
  begin(): void {
    this.#state().awaited = NEVER;
  }

  /** The watermark. */
  markAt(now: number): number {
    return markAt(this.#state().clock, now, this.#idle);
  }

  /** A message came that tells a time. */
  hear(at: number, now: number): void {
    hear(this.#state().clock, at - this.#lateness, now, this.#idle);
  }

  /** A cell waits for an event time now, or for none (NEVER). True if with that the next time is another. */
  await(cell: C, at: number): boolean {
    if (at < (this.#awaited.get(cell) ?? NEVER)) {
      this.#ends.push(at, cell);
      this.#awaited.set(cell, at);
    }
    return this.#settle();
  }

  /** A cell is gone. */
  forget(cell: C): void {
    this.#awaited.delete(cell);
  }

  /** The next event time that a cell waits for, or NEVER. It may be early, never late. */
  get next(): number {
    return this.#ends.peek();
  }

  /** Take out the cells that wait for the next time, in the order of the keys' first messages. */
  due(): C[] {
    const at = this.#ends.peek();
    const due: C[] = [];
    while (this.#ends.peek() === at && at !== NEVER) {
      const cell = this.#ends.pop();
      if (cell === undefined || this.#awaited.get(cell) !== at) continue;
      this.#awaited.delete(cell);
      due.push(cell);
    }
    this.#settle();
    return due.sort((a, b) => a.order - b.order);
  }

  #settle(): boolean {
    const state = this.#state();
    const next = this.#ends.peek();
    if (state.awaited === next) return false;
    state.awaited = next;
    return true;
  }
}
