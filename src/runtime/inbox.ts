import type { Delivery } from '../ports/transport.ts';

/** What bounds the messages that wait for the engine. */
export interface InboxLimits {
  readonly messages: number;
  /** Messages handled before other work gets a turn. */
  readonly turn: number;
}

interface Chunk {
  readonly deliveries: readonly Delivery[];
  next: number;
  readonly acknowledge: () => void;
  /** `performance.now()` at arrival. */
  readonly arrivedAt: number;
}

/**
 * Chunks of messages in order of arrival. Usually a chunk is handled in the turn it came in; when more comes than a turn
 * may take, the rest waits here. Transports stop reading while much is unacknowledged, so it fills only if they cannot:
 * then messages of QoS 0 are refused.
 */
export class Inbox {
  readonly #limits: InboxLimits;
  readonly #handle: (deliveries: readonly Delivery[], arrivedAt: number) => void;
  readonly #refused: (count: number) => void;
  readonly #isReady: () => boolean;
  readonly #chunks: Chunk[] = [];
  #size = 0;
  #scheduled = false;
  #working = false;
  #closed = false;
  #paused = false;

  /** `handle` is given slices of chunks (what it throws goes on to who pushed, or is uncaught); `refused` counts messages for which there was no room. `isReady` is asked before each slice; where not, `pause` has been called. */
  constructor(
    limits: InboxLimits,
    handle: (deliveries: readonly Delivery[], arrivedAt: number) => void,
    refused: (count: number) => void,
    isReady: () => boolean = () => true,
  ) {
    this.#limits = limits;
    this.#handle = handle;
    this.#refused = refused;
    this.#isReady = isReady;
  }

  /** Messages that wait. */
  get size(): number {
    return this.#size;
  }

  /** Take a chunk; `acknowledge` is called when all of it has been handled. */
  push(deliveries: readonly Delivery[], acknowledge: () => void): void {
    if (this.#closed) return; // Never acknowledged: the broker will send it again.
    const room = this.#limits.messages - this.#size;
    const taken = deliveries.length <= room ? deliveries : deliveries.filter(({ qos }, i) => qos > 0 || i < room);
    if (taken.length < deliveries.length) this.#refused(deliveries.length - taken.length);
    this.#chunks.push({ deliveries: taken, next: 0, acknowledge, arrivedAt: performance.now() });
    this.#size += taken.length;
    // What a handler sets off may come back as a message at once; it waits for its turn.
    if (!this.#scheduled && !this.#working && !this.#paused) this.#work();
  }

  /** Handle nothing for now: what comes waits, as much as there is room for. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (!this.#working) this.#goOn();
  }

  /** Take nothing more, and handle what has been taken. */
  close(): void {
    this.#closed = true;
    while (this.#chunks.length > 0 && !this.#working && !this.#paused) this.#work();
  }

  #work(): void {
    this.#working = true;
    try {
      this.#turn();
    } finally {
      this.#working = false;
      this.#goOn();
    }
  }

  /** Let the rest have its turn. */
  #goOn(): void {
    if (this.#chunks.length === 0 || this.#scheduled || this.#paused) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#paused) this.#work();
    });
  }

  #turn(): void {
    let left = this.#limits.turn;
    while (left > 0 && !this.#paused) {
      const chunk = this.#chunks[0];
      if (chunk === undefined || !this.#isReady()) return;
      const { deliveries, next } = chunk;
      const end = Math.min(deliveries.length, next + left);
      this.#size -= end - next;
      left -= end - next;
      try {
        const slice = next === 0 && end === deliveries.length ? deliveries : deliveries.slice(next, end);
        this.#handle(slice, chunk.arrivedAt);
      } catch (error) {
        // Neither acknowledged, so that the broker sends it again to the next session, nor tried again in this one.
        this.#chunks.shift();
        this.#size -= deliveries.length - end;
        throw error;
      }
      chunk.next = end;
      if (end < deliveries.length) return;
      this.#chunks.shift();
      chunk.acknowledge();
    }
  }
}
