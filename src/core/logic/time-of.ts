import { EARLIEST, LATEST, parseIso } from '../calendar.ts';
import { atLocalTime } from './local-time.ts';
import { numberOf } from './value.ts';
import type { Zone } from './zone.ts';

/**
 * The epoch milliseconds that a value means, NaN if none: an ISO 8601 text, in the zone's own time if it names none, or
 * an epoch number, in seconds below 1e11 (that is the year 5138 in seconds and 1973 in milliseconds). Years 0000 to 9999.
 */
export function timeOf(value: unknown, zone: Zone): number {
  const number = numberOf(value);
  if (!Number.isNaN(number)) return inRange(Math.round(Math.abs(number) < 1e11 ? number * 1_000 : number));
  if (typeof value !== 'string' || value.length > LONGEST_ISO) return Number.NaN;
  const iso = parseIso(value.trim());
  if (iso === undefined) return Number.NaN;
  return inRange(iso.offset === undefined ? atLocalTime(zone, iso.local) : iso.local - iso.offset);
}

const LONGEST_ISO = 64;

function inRange(at: number): number {
  return at >= EARLIEST && at <= LATEST ? at : Number.NaN;
}
