import { EARLIEST, LATEST, parseIso, parseUtc } from '../../core/calendar.ts';

/** Epoch milliseconds of an ISO 8601 time with its zone, or of such a number; null for all else. Years 0000 to 9999. */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) ? inRange(value) : null;
  if (typeof value !== 'string') return null;
  const utc = parseUtc(value); // Nearly all are written so.
  if (utc !== undefined) return utc;
  if (!WHOLE.test(value)) return null;
  const iso = parseIso(value);
  return iso?.offset === undefined ? null : inRange(iso.local - iso.offset);
}

/** Nothing left out that could be guessed at: the day, the clock, the zone. */
const WHOLE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

function inRange(at: number): number | null {
  return at >= EARLIEST && at <= LATEST ? at : null;
}

/** An ISO time in UTC with milliseconds. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
