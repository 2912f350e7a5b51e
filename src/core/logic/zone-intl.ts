import { DAY, EARLIEST, LATEST } from '../calendar.ts';
import type { Zone } from './zone.ts';

/**
 * The time zone of an IANA name, from the tables of `Intl`. Throws RangeError for a name it does not know. Exact to the
 * millisecond around changes of the clock; before the year 0 and after 9999 the offset is that of the edge.
 */
export function zone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  if (format.resolvedOptions().timeZone === 'UTC') return { name, offsetAt: () => 0 };
  return new IntlZone(name, format);
}

/** The offset before a moment of one day, and from that moment on. */
interface Day {
  readonly number: number;
  readonly before: number;
  readonly change: number;
  readonly after: number;
}

/** Days remembered by a zone: more than a year, so that a recording or a forecast stays in it. */
const MAX_DAYS = 512;

/** Asking `Intl` takes microseconds, so what it says is kept for each day; the day last asked about is at hand. */
class IntlZone implements Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, Day>();
  #last: Day = { number: Number.NaN, before: 0, change: 0, after: 0 };

  constructor(name: string, format: Intl.DateTimeFormat) {
    this.name = name;
    this.#format = format;
  }

  offsetAt(at: number): number {
    const clamped = Math.min(Math.max(at, EARLIEST), LATEST);
    const number = Math.floor(clamped / DAY);
    if (this.#last.number !== number) this.#last = this.#day(number);
    return clamped < this.#last.change ? this.#last.before : this.#last.after;
  }

  #day(number: number): Day {
    const known = this.#days.get(number);
    if (known !== undefined) return known;
    if (this.#days.size >= MAX_DAYS) this.#days.clear();
    const day = this.#lookUp(number);
    this.#days.set(number, day);
    return day;
  }

  /** No zone changes twice within a day of UTC, so two looks say whether there is a change, and halving finds it. */
  #lookUp(number: number): Day {
    const start = number * DAY;
    const end = Math.min(start + DAY, LATEST);
    const [before, after] = [this.#ask(start), this.#ask(end)];
    if (before === after) return { number, before, change: start, after };
    let [still, already] = [start, end];
    while (already - still > 1) {
      const middle = Math.floor((still + already) / 2);
      if (this.#ask(middle) === before) still = middle;
      else already = middle;
    }
    return { number, before, change: already, after };
  }

  #ask(at: number): number {
    // `GMT+05:30`, `GMT-00:01:15` for the local mean time of long ago, `GMT` alone for none.
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(this.#format.format(at));
    if (match?.[1] === undefined) return 0;
    const seconds = Number(match[2]) * 3_600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return (match[1] === '-' ? -seconds : seconds) * 1_000;
  }
}
