import type { Cancel, Clock } from '../ports/clock.ts';

/** A clock that stands until it is moved, and then wakes who asked for it, in order. */
export class ManualClock implements Clock {
  #now: number;
  #ahead = 0;
  #alarms: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.#ahead;
  }

  at(at: number, wake: () => void): Cancel {
    const alarm = { at, wake };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** When the next alarm is due, or undefined. */
  get next(): number | undefined {
    return this.#alarms.map(({ at }) => at).sort((a, b) => a - b)[0];
  }

  /** Move to a later time. */
  advance(to: number): void {
    for (let due = this.next; due !== undefined && due <= to; due = this.next) {
      const first = this.#alarms.find(({ at }) => at === due);
      this.#alarms = this.#alarms.filter((other) => other !== first);
      this.#now = Math.max(this.#now, due);
      first?.wake();
    }
    this.#now = Math.max(this.#now, to);
  }

  /** Set the wall clock: ahead, or back with a negative number of milliseconds. */
  setWall(by: number): void {
    this.#ahead += by;
  }
}
