import type { AedesPublishPacket, PublishPacket } from 'aedes';
import type { QoS } from '../../core/event.ts';
import { TopicCache } from '../../core/topics/cache.ts';
import { TopicTrie } from '../../core/topics/trie.ts';
import type { Delivery, Subscription } from '../../ports/transport.ts';

/** How many topics are remembered at most is twice this: they come from outside. */
const REMEMBERED_TOPICS = 10_000;
const UNWANTED = -1;

type Packet = AedesPublishPacket | PublishPacket;

interface Waiting {
  readonly packet: Packet;
  readonly qos: number;
  readonly retained: boolean;
  /** To be called exactly once: aedes uses it again for another message. Undefined when it has been. */
  readonly taken: (() => void) | undefined;
  /** To be called when the engine has kept what comes of it. */
  readonly kept?: () => void;
}

/**
 * All traffic of the broker on its way to the engine: what the engine subscribed to, once each, collected into one chunk
 * per turn of the event loop. What comes when the engine is full waits here, and its publisher with it.
 */
export class EngineLane {
  readonly #broker: string;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #deliver: (deliveries: readonly Delivery[], acknowledge: () => void) => void;
  #filters = new TopicTrie<{ qos: QoS }>();
  /** The QoS at which a topic is delivered, or UNWANTED. */
  #wanted = new TopicCache<number>(REMEMBERED_TOPICS);
  #collected: Delivery[] = [];
  #collectedBytes = 0;
  #onKept: (() => void)[] = [];
  /** Not acknowledged; both count what is being collected too. */
  #messages = 0;
  #bytes = 0;
  /** In order of arrival. aedes reads on from a client when all it has read is taken: so this is bounded. */
  #waiting: Waiting[] = [];

  constructor(
    broker: string,
    limits: { readonly messages: number; readonly bytes: number },
    deliver: (deliveries: readonly Delivery[], acknowledge: () => void) => void,
  ) {
    this.#broker = broker;
    this.#maxMessages = limits.messages;
    this.#maxBytes = limits.bytes;
    this.#deliver = deliver;
  }

  subscribe(subscriptions: Iterable<Subscription>): void {
    this.#filters = filtersOf(subscriptions);
    this.#wanted = new TopicCache(REMEMBERED_TOPICS);
  }

  /** Whether the engine keeps what comes of messages on a topic that are published with QoS 1 or 2. */
  keeps(topic: string): boolean {
    return this.#wantedQos(topic) > 0;
  }

  /** A message published now. aedes' publisher goes on when `taken` is called; one of QoS 2 is not told so before that. */
  onPacket(packet: AedesPublishPacket, taken: () => void): void {
    const qos = this.#wantedQos(packet.topic);
    if (qos === UNWANTED) taken();
    else if (packet.qos === 2 && qos > 0 && !isOwn(packet))
      this.#take({ packet, qos, retained: false, taken: undefined, kept: taken });
    else this.#take({ packet, qos, retained: false, taken });
  }

  /** A message that has yet to be acknowledged, and handed round: both once `kept` is called. The engine keeps it. */
  onAdmitted(packet: PublishPacket, kept: () => void): void {
    this.#take({ packet, qos: this.#wantedQos(packet.topic), retained: false, taken: undefined, kept });
  }

  /** A retained message that some new filter asks for; resolves when there is room for the next. */
  onRetained(packet: AedesPublishPacket): Promise<void> {
    const qos = this.#wantedQos(packet.topic);
    return new Promise((taken) => {
      if (qos === UNWANTED) taken();
      else this.#take({ packet, qos, retained: true, taken });
    });
  }

  /** Nobody waits any more. */
  stop(): void {
    this.subscribe([]);
    this.#collected = [];
    this.#onKept = []; // Never acknowledged.
    for (const { taken } of this.#waiting.splice(0)) taken?.();
  }

  #take(waiting: Waiting): void {
    if (this.#waiting.length === 0 && !this.#isFull()) {
      this.#add(waiting);
      waiting.taken?.();
      return;
    }
    const waits = waiting.retained || !isOwn(waiting.packet);
    this.#waiting.push(waits ? waiting : { ...waiting, taken: undefined });
    // The engine's own messages do not wait to be taken: it may be waiting for that before it deals with any more.
    if (!waits) waiting.taken?.();
  }

  #wantedQos(topic: string): number {
    const known = this.#wanted.get(topic);
    if (known !== undefined) return known;
    const qos = matchedQos(this.#filters, topic);
    this.#wanted.set(topic, qos);
    return qos;
  }

  #add({ packet, qos, retained, kept }: Waiting): void {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    if (this.#collected.length === 0) setImmediate(() => this.#handOver());
    this.#collected.push({
      broker: this.#broker,
      topic: packet.topic,
      payload,
      qos: Math.min(packet.qos, qos) as QoS, // The smaller of two QoS is one.
      retained,
      duplicate: packet.dup,
      // Clients of MQTT 3.1.1 have none. The engine's own are put there by `publish`, and aedes passes them on as they are.
      properties: packet.properties,
    });
    if (kept !== undefined) this.#onKept.push(kept);
    this.#messages++;
    this.#bytes += payload.length;
    this.#collectedBytes += payload.length;
  }

  #handOver(): void {
    const deliveries = this.#collected;
    const bytes = this.#collectedBytes;
    const onKept = this.#onKept;
    this.#onKept = [];
    this.#collected = [];
    this.#collectedBytes = 0;
    if (deliveries.length === 0) return;
    let acknowledged = false;
    this.#deliver(deliveries, () => {
      if (acknowledged) return;
      acknowledged = true;
      this.#messages -= deliveries.length;
      this.#bytes -= bytes;
      for (const kept of onKept) kept();
      if (this.#messages <= this.#maxMessages / 2 && this.#bytes <= this.#maxBytes / 2) this.#admitWaiting();
    });
  }

  #isFull(): boolean {
    return this.#messages >= this.#maxMessages || this.#bytes >= this.#maxBytes;
  }

  #admitWaiting(): void {
    let admitted = 0;
    while (admitted < this.#waiting.length && !this.#isFull()) {
      const waiting = this.#waiting[admitted++];
      if (waiting !== undefined) this.#add(waiting);
    }
    for (const { taken } of this.#waiting.splice(0, admitted)) taken?.();
  }
}

/** Whether the engine has published it: what clients publish has their name. */
function isOwn(packet: Packet): boolean {
  return !('clientId' in packet);
}

/** Filters with the highest QoS asked for each; those of a shared subscription, of which the engine is the only member, too. */
export function filtersOf(subscriptions: Iterable<Subscription>): TopicTrie<{ qos: QoS }> {
  const filters = new TopicTrie<{ qos: QoS }>();
  for (const { filter, qos } of subscriptions) {
    const entry = filters.at(filter, () => ({ qos }));
    if (qos > entry.qos) entry.qos = qos;
  }
  return filters;
}

/** The highest QoS of the filters that match a topic, or -1 if there is none. */
export function matchedQos(filters: TopicTrie<{ qos: QoS }>, topic: string): number {
  let highest = UNWANTED;
  filters.match(topic.split('/'), (entry) => {
    if (entry.qos > highest) highest = entry.qos;
  });
  return highest;
}
