import type { Cancel, Clock } from '../ports/clock.ts';

/** From so much of what a broker may be sent on, nothing more is to be made; down to so much, it is again. */
const CROWDED = 1 / 2;
const FREE = 1 / 4;
/** A broker that has taken nothing for so long is connected to anew; if it takes nothing then either, it is not waited for. Milliseconds. */
const PATIENCE = 10_000;

/** What a crowding looks at, and whom it tells. */
export interface Crowded {
  /** What is on its way to the broker, of what may be; 0 while it is away. */
  readonly fullness: () => number;
  /** Nothing more is to be made, or it is again. */
  readonly change: (isCrowded: boolean) => void;
  /** Connect to it anew, for this reason. */
  readonly renew: (reason: string) => void;
}

/** Says when rules make more than a broker takes, so that nothing of it has to be dropped. */
export class Crowding {
  readonly #clock: Clock;
  readonly #around: Crowded;
  #isCrowded = false;
  #cancel: Cancel = () => {};
  /** It has taken something since this was looked at. */
  #hasMoved = false;
  /** It has been connected to anew, and has taken nothing yet. */
  #isNew = false;
  /** It is being connected to anew. */
  #isRenewing = false;
  /** It is not waited for. */
  #isStuck = false;

  constructor(clock: Clock, around: Crowded) {
    this.#clock = clock;
    this.#around = around;
  }

  /** More has been made, or the broker is gone. */
  look(): void {
    if (this.#isRenewing) return; // It will be back.
    const fullness = this.#around.fullness();
    if (this.#isCrowded) {
      if (fullness <= FREE) this.#set(false);
    } else if (!this.#isStuck && fullness >= CROWDED) this.#set(true);
  }

  /** The broker has taken something, or refused it. */
  moved(): void {
    this.#hasMoved = true;
    this.#isNew = false;
    this.#isStuck = false;
    if (this.#isCrowded) this.look();
  }

  /** The broker is there again. */
  connected(): void {
    this.#isRenewing = false;
    this.look();
  }

  #set(isCrowded: boolean): void {
    this.#isCrowded = isCrowded;
    if (isCrowded) this.#watch();
    else this.#cancel();
    this.#around.change(isCrowded);
  }

  #watch(): void {
    this.#cancel();
    this.#hasMoved = false;
    this.#cancel = this.#clock.at(this.#clock.now() + PATIENCE, () => {
      if (this.#hasMoved) this.#watch();
      else if (this.#isNew) {
        this.#isRenewing = false;
        this.#isStuck = true;
        this.#set(false);
      } else {
        this.#isNew = true;
        this.#isRenewing = true;
        this.#watch();
        this.#around.renew('it has answered nothing that was published for ten seconds');
      }
    });
  }
}
