import type { Cancel, Clock } from '../ports/clock.ts';
import type { Delivery, Transport } from '../ports/transport.ts';

/** After the start, timers wait at most so long once a broker is connected. Milliseconds. */
const LONGEST = 5000;
/** No retained message for so long, and they are all in. Milliseconds. */
const QUIET = 300;

/**
 * Waits, after a start, until subscriptions are granted and retained messages are in: what timers were to do while nobody
 * was there is decided by what is so now.
 */
export class Settling {
  readonly #clock: Clock;
  readonly #transports: readonly Transport[];
  readonly #settled: () => void;
  #connectedAt: number | null = null;
  #heardAt = 0;
  #cancel: Cancel = () => {};
  #isOver = false;

  /** `settled` is called once. */
  constructor(clock: Clock, transports: readonly Transport[], settled: () => void) {
    this.#clock = clock;
    this.#transports = transports;
    this.#settled = settled;
  }

  connected(): void {
    if (this.#isOver || this.#connectedAt !== null) return;
    this.#connectedAt = this.#heardAt = this.#clock.now();
    this.#wait();
  }

  received(deliveries: readonly Delivery[]): void {
    if (!this.#isOver && deliveries.some(({ retained }) => retained)) this.#heardAt = this.#clock.now();
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #wait(): void {
    this.#cancel = this.#clock.at(this.#clock.now() + QUIET, () => this.#look());
  }

  #look(): void {
    const now = this.#clock.now();
    const isQuiet = now - this.#heardAt >= QUIET && this.#transports.every(({ subscribed }) => subscribed);
    if (!isQuiet && now - (this.#connectedAt ?? now) < LONGEST) {
      this.#wait();
      return;
    }
    this.stop();
    this.#settled();
  }
}
