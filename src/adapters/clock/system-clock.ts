import type { Cancel, Clock } from '../../ports/clock.ts';

/** The longest that setTimeout can wait; it fires at once for anything longer. */
const MAX_WAIT = 2_147_483_647;

/**
 * The machine's clock. Durations come from the monotonic clock and the date from the wall clock at the start, moved along
 * when the wall clock runs ahead; when it is set back, `now` stands until it has caught up.
 */
export function systemClock(): Clock {
  let last = 0;
  const now = (): number => {
    const wall = Date.now();
    if (wall > last) last = wall;
    return last;
  };
  return {
    now,
    at(at, wake) {
      let timer: NodeJS.Timeout | undefined;
      const arm = (): void => {
        const left = at - now();
        // Again, if it was too far for one timer, or if the timer came a little early.
        timer = setTimeout(() => (at > now() ? arm() : wake()), Math.min(Math.max(left, 0), MAX_WAIT));
      };
      arm();
      const cancel: Cancel = () => clearTimeout(timer);
      return cancel;
    },
  };
}
