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
  /** Whether there is room for what so many more of them do. */
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
  #isBehind = false;
  #isOver = false;

  constructor(machine: Machine, clock: Clock, around: TimeSurroundings) {
    this.#machine = machine;
    this.#clock = clock;
    this.#around = around;
    this.#waker = new Waker(clock, this.#wake);
  }

  /** Look anew at when something is due. */
  expect(): void {
    if (!this.#isBehind) this.#waker.set(this.#machine.wakeAt);
  }

  /** What has been due for a while is done now: see Machine.goOn. */
  goOn(): void {
    this.#passed(this.#machine.goOn(this.#clock.now(), this.#around.atOnce));
  }

  /** Let no time pass, or what is due by now. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#wake();
  }

  /** Let no more time pass. */
  stop(): void {
    this.#isOver = true;
    this.#waker.set(NEVER);
  }

  readonly #wake = (): void => {
    if (this.#isHeld || this.#isOver) return;
    this.#around.look();
    if (this.#isBehind && !this.#around.hasRoom()) this.#clock.at(this.#clock.now() + LOOK_AGAIN, this.#wake);
    else this.#passed(this.#machine.advance(this.#clock.now(), this.#around.atOnce));
  };

  #passed(isAll: boolean): void {
    if (this.#isBehind === isAll) this.#around.wait(!isAll);
    this.#isBehind = !isAll;
    this.#around.carryOut();
    if (isAll) this.expect();
    else setImmediate(this.#wake);
  }
}
