import { NEVER } from '../stage.ts';

/** How far event time has come by messages: the watermark, and when the last message came. Epoch milliseconds. */
export interface EventClock {
  mark: number;
  heardAt: number;
}

/** The watermark before the first message: no time is before it. */
const NONE = -NEVER;

/** A clock that has heard of no time. */
export function stoppedClock(): EventClock {
  return { mark: NONE, heardAt: NONE };
}

/**
 * The watermark at `now`. When no message came for `idle` milliseconds it goes on from where it was, at the pace of the
 * clock.
 */
export function markAt({ mark, heardAt }: EventClock, now: number, idle: number): number {
  return mark === NONE ? NONE : mark + Math.max(0, now - heardAt - idle);
}

/** A message came that tells a time: the watermark is not before `mark` any more. It never goes back. */
export function hear(clock: EventClock, mark: number, now: number, idle: number): void {
  clock.mark = Math.max(markAt(clock, now, idle), mark);
  clock.heardAt = now;
}

/** When the watermark comes to a time, if no message comes. */
export function reaches({ mark, heardAt }: EventClock, time: number, idle: number): number {
  return mark === NONE || time === NEVER ? NEVER : heardAt + (time <= mark ? 0 : idle + time - mark);
}
