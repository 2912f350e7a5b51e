import type { Delivery, Publication, Transport, TransportListener } from '../../ports/transport.ts';
import type { Random } from './random.ts';

interface Queued {
  readonly topic: string;
  readonly payload: string;
  /** Once it has been sent. */
  packetId: number | null;
}

/** Messages of QoS 1 that the broker sends before it has an acknowledgement. */
const WINDOW = 20;

/**
 * A broker that keeps the session of its one client (QoS 1): what was not acknowledged comes again, in order and by the same
 * packet id, on every connection. Each connection is a transport of its own; what of an older one is still going on does
 * nothing.
 */
export class SessionBroker {
  readonly #random: Random;
  readonly #queue: Queued[] = [];
  readonly #ids = new Set<number>();
  #lastId = 0;
  #connection: Connection | null = null;
  /** What the client has published and the broker has received, in order. */
  readonly received: Publication[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Messages that the client has not acknowledged. */
  get left(): number {
    return this.#queue.length;
  }

  /** What an engine connects with; the one before is cut off without a word. */
  transport(): Transport {
    void this.#connection?.stop();
    this.#connection = new Connection(this);
    return this.#connection;
  }

  send(topic: string, payload: string): void {
    this.#queue.push({ topic, payload, packetId: null });
  }

  /** Send some of what waits, as one chunk. */
  deliver(): void {
    const connection = this.#connection;
    if (connection?.listener == null) return;
    const waiting = this.#queue.slice(0, WINDOW).filter((message) => !connection.sent.has(message));
    const chunk = waiting.slice(0, 1 + this.#random.below(6));
    if (chunk.length === 0) return;
    const deliveries = chunk.map((message): Delivery => {
      const { topic, payload } = message;
      const duplicate = message.packetId !== null;
      message.packetId ??= this.#freeId();
      connection.sent.add(message);
      const bytes = new TextEncoder().encode(payload);
      const { packetId } = message;
      return {
        broker: 'default',
        topic,
        payload: bytes,
        qos: 1,
        retained: false,
        duplicate,
        packetId,
        properties: undefined,
      };
    });
    connection.listener.onBatch(deliveries, () => {
      if (connection !== this.#connection || connection.listener === null) return;
      for (const message of chunk) this.#acknowledged(message);
    });
  }

  /** Answer some of what was published. */
  answer(): void {
    const connection = this.#connection;
    for (const answer of connection?.answers.splice(0, 1 + this.#random.below(8)) ?? []) answer();
  }

  /** Lose the connection, and with it what is under way on it; the client connects again at once. */
  drop(): void {
    const connection = this.#connection;
    if (connection?.listener == null) return;
    connection.sent.clear();
    const answers = connection.answers.splice(0);
    connection.isUp = false;
    connection.listener.onDisconnected('dropped');
    // What was not answered is sent again by the client library on the next connection, and answered then.
    connection.isUp = true;
    connection.listener.onConnected(true);
    connection.answers.unshift(...answers);
  }

  /** What comes over a connection that is gone does not come. */
  take(connection: Connection, publication: Publication): void {
    if (connection === this.#connection) this.received.push(publication);
  }

  #acknowledged(message: Queued): void {
    const place = this.#queue.indexOf(message);
    if (place === -1) return;
    this.#queue.splice(place, 1);
    if (message.packetId !== null) this.#ids.delete(message.packetId);
  }

  /** Ids are few here, so that they come round again often. */
  #freeId(): number {
    do this.#lastId = (this.#lastId % (2 * WINDOW)) + 1;
    while (this.#ids.has(this.#lastId));
    this.#ids.add(this.#lastId);
    return this.#lastId;
  }
}

class Connection implements Transport {
  readonly broker = 'default';
  readonly refused = [];
  readonly subscribed = true;
  readonly sent = new Set<Queued>();
  readonly answers: (() => void)[] = [];
  readonly #broker: SessionBroker;
  listener: TransportListener | null = null;
  isUp = false;

  constructor(broker: SessionBroker) {
    this.#broker = broker;
  }

  get connected(): boolean {
    return this.isUp;
  }

  start(listener: TransportListener): Promise<void> {
    this.listener = listener;
    this.isUp = true;
    listener.onConnected(true);
    return Promise.resolve();
  }

  setSubscriptions(): Promise<[]> {
    return Promise.resolve([]);
  }

  publish(publications: readonly Publication[], done: (index: number, error: Error | null) => void): void {
    for (const [i, publication] of publications.entries()) {
      this.#broker.take(this, publication);
      this.answers.push(() => done(i, null));
    }
  }

  answersFirst(): void {}

  stop(): Promise<void> {
    this.listener = null;
    this.isUp = false;
    return Promise.resolve();
  }
}
