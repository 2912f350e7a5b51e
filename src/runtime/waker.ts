import { NEVER } from '../core/stage.ts';
import type { Cancel, Clock } from '../ports/clock.ts';

/** One alarm, for the next time that something is due. */
export class Waker {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #at = NEVER;
  #cancel: Cancel = () => {};

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Wake at that time (epoch ms) and not at the one before; NEVER: not at all. */
  set(at: number): void {
    if (at === this.#at) return;
    this.#cancel();
    this.#at = at;
    this.#cancel =
      at === NEVER
        ? () => {}
        : this.#clock.at(at, () => {
            this.#at = NEVER;
            this.#wake();
          });
  }
}
