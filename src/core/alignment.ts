import { DAY, dayAt, modulo, weekdayOf } from './calendar.ts';
import { atLocalTime } from './logic/local-time.ts';
import type { Zone } from './logic/zone.ts';

/**
 * Where windows and ticks of one size begin and end. Sizes that divide a day are counted from local midnight, in elapsed
 * time, and anew at the next; `7d` begins on Monday; others are counted from 1970-01-01T00:00:00Z. `offset` shifts all of
 * that: days that begin at 06:00 do so on the clock on the wall, on the days when clocks change too. Milliseconds, `size`
 * above 0.
 */

/** The first boundary after `at`. */
export function boundaryAfter(at: number, size: number, offset: number, zone: Zone): number {
  const period = periodAround(at, size, offset, zone);
  if (period === null) return at - modulo(at - offset, size) + size;
  return period.whole ? period.end : Math.min(lastIn(period, at, size) + size, period.end);
}

/** The last boundary that is not after `at`. */
export function boundaryAtOrBefore(at: number, size: number, offset: number, zone: Zone): number {
  const period = periodAround(at, size, offset, zone);
  if (period === null) return at - modulo(at - offset, size);
  return period.whole ? period.start : lastIn(period, at, size);
}

/** A day or week of a zone, from where its boundaries are counted to where the next ones are. */
interface Period {
  readonly start: number;
  readonly end: number;
  /** It is one size, whatever its length: a day of 25 hours is still one day. */
  readonly whole: boolean;
}

function lastIn({ start }: Period, at: number, size: number): number {
  return at - modulo(at - start, size);
}

/** Null for a size that knows no calendar. */
function periodAround(at: number, size: number, offset: number, zone: Zone): Period | null {
  const days = DAY % size === 0 ? 1 : size === 7 * DAY ? 7 : 0;
  if (days === 0) return null;
  const shift = modulo(offset, size);
  const startOf = (day: number): number => atLocalTime(zone, day * DAY + shift);
  const today = dayAt(at + zone.offsetAt(at) - shift);
  let day = days === 7 ? today - weekdayOf(today) + 1 : today;
  // Where clocks are put back over the beginning of a day, they show the day before once more; and some days are left out.
  while (startOf(day) > at) day -= days;
  while (startOf(day + days) <= at) day += days;
  return { start: startOf(day), end: startOf(day + days), whole: size >= DAY };
}
