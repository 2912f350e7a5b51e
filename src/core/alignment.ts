import { DAY, modulo } from './calendar.ts';
import { atLocalTime } from './logic/local-time.ts';
import type { Zone } from './logic/zone.ts';

/**
 * The times at which windows of one size begin and end. Sizes that divide a day begin at local midnight and count elapsed
 * time from there, the last of a day ending at the next midnight; a day is that of the local clock, seven days begin on
 * Monday, and all other sizes are counted from the epoch. Times and sizes are milliseconds.
 */
export class Alignment {
  readonly #size: number;
  readonly #offset: number;
  readonly #zone: Zone;
  /** Days from one boundary of the local clock to the next; 0 where the clock does not count. */
  readonly #days: number;
  /** A boundary of the local clock, as a day. */
  readonly #firstDay: number;

  /** `offset` shifts all boundaries. */
  constructor(size: number, offset: number, zone: Zone) {
    this.#size = size;
    this.#zone = zone;
    this.#days = DAY % size === 0 ? 1 : size === WEEK ? 7 : 0;
    this.#firstDay = size === WEEK ? A_MONDAY : 0;
    this.#offset = this.#days === 0 ? offset : offset % (this.#days * DAY);
  }

  /** The last boundary at or before a time. */
  atOrBefore(at: number): number {
    if (this.#days === 0) return at - modulo(at - this.#offset, this.#size);
    const start = this.#start(this.#period(at));
    return this.#divides ? at - modulo(at - start, this.#size) : start;
  }

  /** The first boundary after a time. */
  after(at: number): number {
    const before = this.atOrBefore(at);
    if (this.#days === 0) return before + this.#size;
    const next = this.#start(this.#period(at) + 1);
    return this.#divides ? Math.min(before + this.#size, next) : next;
  }

  /** The boundary so many boundaries after one, or before it where `count` is negative. */
  step(boundary: number, count: number): number {
    if (this.#days === 0) return boundary + count * this.#size;
    let period = this.#period(boundary);
    let left = Math.round((boundary - this.#start(period)) / this.#size) + count;
    while (left < 0) left += this.#boundaries(--period);
    for (let within = this.#boundaries(period); left >= within; within = this.#boundaries(++period)) left -= within;
    return this.#start(period) + left * this.#size;
  }

  /** It is less than a day, so that a day has several. */
  get #divides(): boolean {
    return this.#size < DAY;
  }

  /** How many boundaries lie in a day or week: none in a day that a zone has skipped. */
  #boundaries(period: number): number {
    const length = this.#start(period + 1) - this.#start(period);
    return Math.ceil(length / (this.#divides ? this.#size : Math.max(1, length)));
  }

  /** The day or week of the local clock that a time lies in. */
  #period(at: number): number {
    const local = at + this.#zone.offsetAt(at) - this.#offset;
    let period = Math.floor((Math.floor(local / DAY) - this.#firstDay) / this.#days);
    // Clocks that are put back or forward around the boundary may be on the other side of it.
    while (this.#start(period) > at) period--;
    while (this.#start(period + 1) <= at) period++;
    return period;
  }

  #start(period: number): number {
    return atLocalTime(this.#zone, (this.#firstDay + period * this.#days) * DAY + this.#offset);
  }
}

const WEEK = 7 * DAY;
/** 1970-01-05. */
const A_MONDAY = 4;
