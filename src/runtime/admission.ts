import type { Transport } from '../ports/transport.ts';
import type { Inbox } from './inbox.ts';

/** Why no messages are taken in: nothing can be written, more is due than happens at once, or brokers take less than is made. */
export type Obstacle = 'store' | 'time' | 'brokers';

/** Lets messages in, unless something stands in their way: then they wait. */
export class Admission {
  readonly #inbox: Inbox;
  readonly #transports: () => Iterable<Transport>;
  readonly #obstacles = new Set<Obstacle>();

  constructor(inbox: Inbox, transports: () => Iterable<Transport>) {
    this.#inbox = inbox;
    this.#transports = transports;
  }

  has(obstacle: Obstacle): boolean {
    return this.#obstacles.has(obstacle);
  }

  /** Something stands in their way, or does so no longer. */
  set(obstacle: Obstacle, isThere: boolean): void {
    if (isThere === this.#obstacles.has(obstacle)) return;
    if (isThere) this.#obstacles.add(obstacle);
    else this.#obstacles.delete(obstacle);
    // Who waits for the brokers must hear them.
    const isListening = this.has('brokers') || this.has('time');
    for (const transport of this.#transports()) transport.answersFirst(isListening);
    if (this.#obstacles.size > 0) this.#inbox.pause();
    else this.#inbox.resume();
  }
}
