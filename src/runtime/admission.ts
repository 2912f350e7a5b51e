import type { Transport } from '../ports/transport.ts';
import type { Inbox } from './inbox.ts';

/** Why no messages are taken in: nothing can be written, more is due than happens at once, or brokers take less than is made. */
export type Obstacle = 'store' | 'time' | `broker ${string}`;

/** Lets messages in, unless something stands in their way: then they wait. */
export class Admission {
  readonly #inbox: Inbox;
  readonly #transports: () => Iterable<Transport>;
  readonly #obstacles = new Set<Obstacle>();

  constructor(inbox: Inbox, transports: () => Iterable<Transport>) {
    this.#inbox = inbox;
    this.#transports = transports;
  }

  /** Whether a broker takes less than is made. */
  get isCrowded(): boolean {
    for (const obstacle of this.#obstacles) if (obstacle.startsWith('broker ')) return true;
    return false;
  }

  /** Something stands in their way, or does so no longer. */
  set(obstacle: Obstacle, isThere: boolean): void {
    if (isThere === this.#obstacles.has(obstacle)) return;
    if (isThere) this.#obstacles.add(obstacle);
    else this.#obstacles.delete(obstacle);
    if (this.#obstacles.size > 0) this.#inbox.pause();
    else this.#inbox.resume();
    // Who waits for the brokers must hear them.
    for (const transport of this.#transports()) transport.answersFirst(this.isCrowded);
  }
}
