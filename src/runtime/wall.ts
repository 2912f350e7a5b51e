import type { Cancel, Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** What the wall clock may be away from where it was expected. More is a jump. Milliseconds. */
const TOLERANCE = 1000;

/** How often it is looked at when nothing else happens. Milliseconds. */
const PACE = 10_000;

/**
 * Follows the wall clock. Somebody may set it, a computer may learn the date only after the start, or wake up from a
 * sleep: then what goes by the calendar goes with it, while lengths of time stay what they are.
 */
export class Wall {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onJump: (ahead: number) => void;
  #ahead = 0;
  #cancel: Cancel = () => {};
  /** How often it has jumped. */
  jumps = 0;

  /** `onJump` is told how far the wall clock is ahead of the clock now, in milliseconds. */
  constructor(clock: Clock, log: Log, onJump: (ahead: number) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#onJump = onJump;
  }

  /** Look at it, again and again until `stop`. */
  watch(): void {
    this.look();
    this.#cancel = this.#clock.at(this.#clock.now() + PACE, () => this.watch());
  }

  stop(): void {
    this.#cancel();
  }

  /** Look whether it has jumped. */
  look(): void {
    const ahead = this.#clock.wall() - this.#clock.now();
    const jump = ahead - this.#ahead;
    if (Math.abs(jump) <= TOLERANCE) return;
    this.#ahead = ahead;
    this.jumps++;
    this.#log.write('warn', `the wall clock was set ${jump > 0 ? 'ahead' : 'back'}: the calendar of rules follows`, {
      seconds: Math.round(jump / 1000),
    });
    this.#onJump(ahead);
  }
}
