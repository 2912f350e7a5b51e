import type { Schedule } from '../../../src/core/schedule.ts';
import { NEVER } from '../../../src/core/stage.ts';

/** The ticks after `from` and up to `to`, as ISO texts without what is zero; a hundred at the most. */
export function ticks(schedule: Schedule, from: string, to: string): string[] {
  const found: string[] = [];
  const last = Date.parse(to);
  let at = schedule.next(Date.parse(from));
  while (at !== NEVER && at <= last && found.length < 100) {
    found.push(new Date(at).toISOString().replace(/(:00)?\.000Z$/, ''));
    at = schedule.next(at);
  }
  return found;
}
