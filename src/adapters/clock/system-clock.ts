import type { Cancel, Clock } from '../../ports/clock.ts';

/** What a clock is made of. Milliseconds. */
export interface TimeSource {
  wall(): number;
  /** Since some moment; it only ever grows, at the pace of real time. */
  monotonic(): number;
  /** Call back about so much later, at most MAX_WAIT. */
  wait(ms: number, wake: () => void): Cancel;
}

/** The longest that setTimeout can wait, 24.8 days; it fires at once for anything longer. */
export const MAX_WAIT = 2_147_483_647;

/** The clock of this computer. */
export function systemClock(source: TimeSource = SYSTEM): Clock {
  const start = source.wall() - source.monotonic();
  const now = (): number => Math.floor(start + source.monotonic());
  return {
    now,
    wall: () => source.wall(),
    at(at, wake) {
      let cancel: Cancel;
      const arm = (): void => {
        cancel = source.wait(Math.min(Math.max(at - now(), 0), MAX_WAIT), () => {
          // Again, if it was too far for one timer, or if the timer came a little early.
          if (at > now()) arm();
          else wake();
        });
      };
      arm();
      return () => cancel();
    },
  };
}

const SYSTEM: TimeSource = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  wait(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};
