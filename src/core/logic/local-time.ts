import { DAY } from '../calendar.ts';
import type { Zone } from './zone.ts';

/**
 * The epoch milliseconds at which the clocks of a zone show a local time. A time they show twice is the first of the two;
 * one they skip is as far after the skip as it would have been, as clocks that nobody put forward would show.
 */
export function atLocalTime(zone: Zone, local: number): number {
  const before = zone.offsetAt(local - DAY);
  const after = zone.offsetAt(local + DAY);
  if (zone.offsetAt(local - before) === before) return local - before;
  if (zone.offsetAt(local - after) === after) return local - after;
  return local - before;
}
