/** The first wait before another attempt, the longest, and the longest that a server may ask for. Milliseconds. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const LONGEST_ASKED_FOR = 60_000;

/**
 * How long to wait after the n-th attempt (from 1) has failed, in milliseconds: doubling, with up to half of it taken off
 * at random, so that many that failed together do not come back together. `random` is in [0, 1).
 */
export function waitAfter(attempt: number, random: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1)) * (1 - random / 2);
}

/** The milliseconds that a `Retry-After` asks for, in seconds or as a date; 0 where it says nothing [RFC 9110, 10.2.3]. */
export function waitAskedFor(header: string | undefined, now: number): number {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? 0 : Math.min(LONGEST_ASKED_FOR, Math.max(0, ms));
}
