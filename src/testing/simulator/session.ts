import type { Random } from './random.ts';

/** A message for the client, and what becomes of it. */
export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retained: boolean;
}

/** A message on its way to the client. */
export interface Travelling<M extends Message> {
  readonly message: M;
  /** Once it has been sent; QoS 0 has none. */
  id: number;
  /** The client has said that it has it (QoS 2), and is told that it may take it. */
  isReleased: boolean;
}

/** Messages of QoS 1 and 2 that the broker sends before it has an answer. */
const WINDOW = 10;
/** Packet ids are few here, so that they come round again often. */
const IDS = 15;

/** What a broker keeps for a client that is away: subscriptions, and messages that are not acknowledged. */
export class Session<M extends Message> {
  readonly #random: Random;
  /** Filters with their subscription identifiers. */
  readonly filters = new Map<string, number>();
  /** Sent and not answered, in the order in which they were sent first. */
  flight: Travelling<M>[] = [];
  #waiting: M[] = [];
  readonly #lastBy = new Map<number, string>();
  #lastId = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Messages that the client has not acknowledged. */
  get left(): readonly M[] {
    return [...this.flight.map(({ message }) => message), ...this.#waiting];
  }

  /** The identifier of the subscription that a topic is for, or undefined. */
  identifierOf(topic: string): number | undefined {
    const [kind = ''] = topic.split('/');
    return this.filters.get(`${kind}/+`);
  }

  isWaiting(message: M): boolean {
    return this.#waiting.includes(message);
  }

  add(message: M): void {
    this.#waiting.push(message);
  }

  /**
   * The next message to be sent for the first time: of one topic and QoS the oldest, of several any [MQTT-4.6.0]. Null if
   * there is none.
   */
  next(): Travelling<M> | null {
    const classes = new Set<string>();
    const candidates = this.#waiting.filter(({ topic, qos }) => {
      const isFirst = !classes.has(`${qos} ${topic}`);
      classes.add(`${qos} ${topic}`);
      return isFirst && (qos === 0 || this.flight.length < WINDOW);
    });
    const message = candidates[this.#random.once(2) ? 0 : this.#random.below(candidates.length)];
    if (message === undefined) return null;
    this.#waiting.splice(this.#waiting.indexOf(message), 1);
    const travelling = { message, id: message.qos === 0 ? 0 : this.#freeId(message), isReleased: false };
    if (message.qos > 0) this.flight.push(travelling);
    return travelling;
  }

  /** Messages of QoS 0 that wait are not kept for a client that is away. */
  dropUnkept(): void {
    this.#waiting = this.#waiting.filter(({ qos }) => qos > 0);
  }

  /** The message that an answer is for; it is done with if `isDone`. */
  answered(id: number, isDone: boolean): Travelling<M> {
    const found = this.flight.find((travelling) => travelling.id === id);
    if (found === undefined) throw new Error(`the client answers ${id}, which was not sent`);
    if (isDone) this.flight = this.flight.filter((travelling) => travelling !== found);
    return found;
  }

  /** The session is lost with all that is in it. */
  forget(): void {
    this.flight = [];
    this.#waiting = [];
    this.filters.clear();
    this.#lastId = 0;
  }

  /**
   * A message does not get the id that its equal had last: sent again, it could not be told from it, and is not promised
   * to be (docs/guarantees.md). Nor in the session after: an engine that ends early may not have heard that one was lost.
   */
  #freeId({ topic, payload, retained }: M): number {
    const text = `${topic} ${payload}`;
    for (let tried = 1; ; tried++) {
      const id = tried <= IDS ? ((this.#lastId + tried - 1) % IDS) + 1 : tried;
      if (this.flight.some((travelling) => travelling.id === id)) continue;
      if (!retained && this.#lastBy.get(id) === text) continue;
      this.#lastBy.set(id, text);
      this.#lastId = id;
      return id;
    }
  }
}
