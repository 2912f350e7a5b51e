import { filterMatches } from '../core/topics/filter.ts';
import type { Delivery, Publication, Refusal, Subscription, Transport, TransportListener } from '../ports/transport.ts';

/** Something published to a memory broker, by a transport or by a test. */
export type Message = Pick<Publication, 'topic' | 'payload' | 'qos' | 'retain'> &
  Partial<Pick<Publication, 'properties'>>;

/** A broker in memory, with one transport and as many test clients as like to publish and look. All of it is synchronous. */
export class MemoryBroker {
  /** Everything that was published, in order. */
  readonly published: Message[] = [];
  readonly #retained = new Map<string, Message>();
  readonly #clients: ((message: Message) => void)[] = [];

  publish(message: Message): void {
    this.published.push(message);
    if (message.retain && message.payload.length === 0) this.#retained.delete(message.topic);
    else if (message.retain) this.#retained.set(message.topic, message);
    for (const client of this.#clients) client(message);
  }

  /** Call `receive` with everything that is published from now on. */
  connect(receive: (message: Message) => void): void {
    this.#clients.push(receive);
  }

  /** The retained messages that a filter matches. */
  retained(filter: string): Message[] {
    return [...this.#retained.values()].filter(({ topic }) => filterMatches(filter, topic));
  }
}

/**
 * A transport to a memory broker. A connection can be cut and mended, filters refused, and publications left unanswered
 * until `answer` is called; otherwise what is published arrives, and is answered, in the same turn of the event loop.
 */
export class MemoryTransport implements Transport {
  readonly broker: string;
  readonly #broker: MemoryBroker;
  readonly #refusing: ReadonlySet<string>;
  #subscriptions: readonly Subscription[] = [];
  #listener: TransportListener | null = null;
  #connected = false;
  readonly #resumed: boolean;
  #answers: (() => void)[] = [];
  /** Leave publications unanswered. */
  holding = false;
  /** Chunks that were handed over and not acknowledged. */
  unacknowledged = 0;
  refused: readonly Refusal[] = [];

  /** `resumed`: the broker has kept the session of an engine before. */
  constructor(
    broker: MemoryBroker,
    options: { readonly name?: string; readonly refusing?: readonly string[]; readonly resumed?: boolean } = {},
  ) {
    this.#resumed = options.resumed ?? false;
    this.broker = options.name ?? 'default';
    this.#broker = broker;
    this.#refusing = new Set(options.refusing);
    broker.connect((message) => this.#receive(message));
  }

  get connected(): boolean {
    return this.#connected;
  }

  get subscribed(): boolean {
    return this.#connected;
  }

  /** What is subscribed to, as `filter qos`. */
  get subscriptions(): string[] {
    return this.#subscriptions.map(({ filter, qos }) => `${filter} ${qos}`);
  }

  async start(listener: TransportListener): Promise<void> {
    this.#listener = listener;
    this.mend(this.#resumed);
  }

  /** Connect again, to a broker that has kept the session or not. */
  mend(resumed = false): void {
    if (this.#connected || this.#listener === null) return;
    this.#connected = true;
    this.#listener.onConnected(resumed);
    this.#grant(this.#subscriptions);
  }

  /** Lose the connection; what was not answered stays so. */
  cut(reason = 'cut'): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#listener?.onDisconnected(reason);
  }

  async setSubscriptions(
    subscriptions: readonly Subscription[],
    refresh: readonly string[] = [],
  ): Promise<readonly Refusal[]> {
    const known = new Set(this.#subscriptions.map(({ filter }) => filter));
    this.#subscriptions = subscriptions;
    if (!this.#connected) return [];
    this.#grant(subscriptions.filter(({ filter }) => !known.has(filter) || refresh.includes(filter)));
    return this.refused;
  }

  publish(publications: readonly Publication[], done: (index: number, error: Error | null) => void): void {
    for (const [i, publication] of publications.entries()) {
      if (!this.#connected) {
        done(i, new Error('not connected'));
        continue;
      }
      const isRefused = this.#refusing.has(publication.topic);
      this.#answers.push(() => done(i, isRefused ? new Error('not authorized') : null));
      if (!isRefused) this.#broker.publish(publication);
    }
    if (!this.holding) this.answer();
  }

  /** Answer the oldest publications that were left unanswered, all by default. */
  answer(count = this.#answers.length): void {
    for (const answer of this.#answers.splice(0, count)) answer();
  }

  /** Hand over several messages as one chunk. */
  deliver(messages: readonly (Message & Partial<Pick<Delivery, 'retained' | 'packetId' | 'duplicate'>>)[]): void {
    const deliveries = messages.map(({ retained = false, packetId, duplicate = false, ...message }) => ({
      ...this.#deliveryOf(message, retained),
      duplicate,
      ...(packetId === undefined ? {} : { packetId }),
    }));
    this.#handOver(deliveries);
  }

  answersFirst(): void {}

  renew(reason: string): void {
    this.cut(reason);
    this.mend(this.#resumed);
  }

  async stop(): Promise<void> {
    this.#connected = false;
    this.#listener = null;
  }

  #grant(subscriptions: readonly Subscription[]): void {
    this.refused = this.#subscriptions
      .filter(({ filter }) => this.#refusing.has(filter))
      .map(({ filter }) => ({ filter, reason: 'not authorized' }));
    const granted = subscriptions.filter(({ filter }) => !this.#refusing.has(filter));
    const retained = new Set(granted.flatMap(({ filter }) => this.#broker.retained(filter)));
    if (retained.size > 0) this.#handOver([...retained].map((message) => this.#deliveryOf(message, true)));
  }

  #receive(message: Message): void {
    const wanted = this.#subscriptions.some(
      ({ filter }) => !this.#refusing.has(filter) && filterMatches(filter, message.topic),
    );
    if (this.#connected && wanted) this.#handOver([this.#deliveryOf(message, false)]);
  }

  #handOver(deliveries: readonly Delivery[]): void {
    this.unacknowledged++;
    this.#listener?.onBatch(deliveries, () => {
      this.unacknowledged--;
    });
  }

  #deliveryOf({ topic, payload, qos, properties }: Message, retained: boolean): Delivery {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    return { broker: this.broker, topic, payload: bytes, qos, retained, duplicate: false, properties };
  }
}
