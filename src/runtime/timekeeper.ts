import type { Machine } from '../core/machine.ts';
import { NEVER } from '../core/stage.ts';
import type { Clock } from '../ports/clock.ts';
import { Waker } from './waker.ts';

/** While there is no room for what deadlines do, it is looked again so often. Milliseconds. */
const LOOK_AGAIN = 10;

/** What a timekeeper asks and tells. */
export interface TimeSurroundings {
  /** Look whether the wall clock has jumped. */
  readonly look: () => void;
  /** Carry out what deadlines have done. */
  readonly carryOut: () => void;
  /** Whether there is room for what more of them do. */
  readonly hasRoom: () => boolean;
  /** Deadlines that act before anything else has its turn. */
  readonly atOnce: number;
  /** Take no messages for now, or take them again. */
  readonly wait: (isBehind: boolean) => void;
}

/**
 * Lets the machine's time pass when something is due. Where that is much, as when windows of many keys end together, it
 * happens bit by bit: before the next message, but not before everything else.
 */
export class Timekeeper {
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #around: TimeSurroundings;
  readonly #waker: Waker;
  #isHeld = false;
  /** More is due than has happened. */
  #isBehind = false;
  /** It goes on by itself. */
  #isScheduled = false;
  #isOver = false;
  #onCaughtUp: (() => void)[] = [];

  constructor(machine: Machine, clock: Clock, around: TimeSurroundings) {
    this.#machine = machine;
    this.#clock = clock;
    this.#around = around;
    this.#waker = new Waker(clock, () => this.#wake());
  }

  /** Look anew at when something is due. */
  expect(): void {
    if (!this.#isBehind) this.#waker.set(this.#machine.wakeAt);
  }

  /** What has been due for a while is done now: see Machine.goOn. */
  goOn(): void {
    this.#passed(this.#machine.goOn(this.#clock.now(), this.#isHeld ? 0 : this.#around.atOnce));
  }

  /** Let happen what is due before a message of now; false if that is too much for once. */
  catchUp(): boolean {
    if (this.#isBehind) return false;
    const isAll = this.#machine.catchUp(this.#clock.now(), this.#around.atOnce);
    if (!isAll) this.#passed(false);
    return isAll;
  }

  /** Resolves when all that is due has happened, or nothing may happen. */
  async caughtUp(): Promise<void> {
    this.#wake();
    if (this.#isBehind && !this.#isHeld && !this.#isOver)
      await new Promise<void>((resolve) => this.#onCaughtUp.push(resolve));
  }

  /** Let no time pass, or what is due by now. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#tellCaughtUp();
    this.#wake();
  }

  /** Let no more time pass. */
  stop(): void {
    this.#isOver = true;
    this.#waker.set(NEVER);
    this.#tellCaughtUp();
  }

  #wake(): void {
    if (this.#isHeld || this.#isOver || this.#isScheduled) return;
    this.#around.look();
    const hasRoom = this.#around.hasRoom();
    this.#passed(this.#machine.advance(this.#clock.now(), hasRoom ? this.#around.atOnce : 0));
  }

  /** Time has passed; or more is due, and has its turn when there is room. */
  #passed(isAll: boolean): void {
    if (this.#isBehind === isAll) this.#around.wait(!isAll);
    this.#isBehind = !isAll;
    this.#around.carryOut();
    if (isAll) {
      this.expect();
      this.#tellCaughtUp();
    } else if (!this.#isScheduled) {
      this.#isScheduled = true;
      const goOn = (): void => {
        this.#isScheduled = false;
        this.#wake();
      };
      if (this.#around.hasRoom()) setImmediate(goOn);
      else this.#clock.at(this.#clock.now() + LOOK_AGAIN, goOn);
    }
  }

  #tellCaughtUp(): void {
    for (const resolve of this.#onCaughtUp.splice(0)) resolve();
  }
}
