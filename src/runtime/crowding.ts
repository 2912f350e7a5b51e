import type { Clock } from '../ports/clock.ts';

/** From so much of what a broker may be sent on, nothing more is to be made; down to so much, it is again. */
export const CROWDED = 1 / 2;
const FREE = 1 / 4;
/** A broker that has taken nothing for so long is connected to anew; if it takes nothing then either, it is not waited for. Milliseconds. */
const PATIENCE = 10_000;

/** Says when rules make more than brokers take, so that nothing of it has to be dropped. */
export class Crowding {
  readonly #clock: Clock;
  readonly #fullness: () => number;
  readonly #change: (isCrowded: boolean) => void;
  readonly #renew: () => void;
  #isCrowded = false;
  /** Something was taken since this was looked at. */
  #hasMoved = false;
  /** It has been connected to anew. */
  #isNew = false;
  /** It is not waited for. */
  #isStuck = false;

  /**
   * `fullness`: what is on its way to a broker, of what may be; the most of all brokers that are there. `renew`: connect anew
   * to those that are too full.
   */
  constructor(clock: Clock, fullness: () => number, change: (isCrowded: boolean) => void, renew: () => void) {
    this.#clock = clock;
    this.#fullness = fullness;
    this.#change = change;
    this.#renew = renew;
  }

  /** More has been made, or a broker is gone. */
  look(): void {
    if (this.#isCrowded) {
      if (this.#fullness() <= FREE) this.#set(false);
    } else if (!this.#isStuck && this.#fullness() >= CROWDED) {
      this.#set(true);
      this.#watch();
    }
  }

  /** A broker has taken something, or refused it. */
  moved(): void {
    this.#hasMoved = true;
    this.#isNew = false;
    this.#isStuck = false;
    if (this.#isCrowded) this.look();
  }

  #watch(): void {
    this.#hasMoved = false;
    this.#clock.at(this.#clock.now() + PATIENCE, () => {
      if (!this.#isCrowded) return;
      if (!this.#hasMoved && this.#isNew) {
        this.#isStuck = true;
        this.#set(false);
        return;
      }
      if (!this.#hasMoved) {
        this.#isNew = true;
        this.#renew();
      }
      if (this.#isCrowded) this.#watch();
    });
  }

  #set(isCrowded: boolean): void {
    this.#isCrowded = isCrowded;
    this.#change(isCrowded);
  }
}
