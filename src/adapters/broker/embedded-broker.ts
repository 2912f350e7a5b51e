import { performance } from 'node:perf_hooks';
import { Aedes, type AedesPublishPacket, type PublishPacket } from 'aedes';
import type { Publication, Refusal, Subscription, Transport, TransportListener } from '../../ports/transport.ts';
import { admission } from './admission.ts';
import { Connections } from './connections.ts';
import { EngineLane, filtersOf, matchedQos } from './engine-lane.ts';
import { KeptFirst } from './kept-first.ts';
import { OnceEach } from './once-each.ts';
import { DEFAULT_EMBEDDED_LIMITS, type EmbeddedLimits, type EmbeddedOptions } from './options.ts';
import { RetainedTopics } from './retained-topics.ts';
import { Seldom } from './seldom.ts';
import { type Listener, listenTcp } from './tcp-listener.ts';

/** A broker in this process, and the engine's way into it. */
export interface EmbeddedBroker extends Transport {
  /** Where clients connect; undefined while it does not run. */
  address(): { readonly host: string; readonly port: number } | undefined;
}

/** An MQTT 3.1.1 broker (aedes) for clients over TCP; the engine speaks to it by calls, without a socket. */
export function embeddedBroker(options: EmbeddedOptions): EmbeddedBroker {
  return new EmbeddedAedes(options, { ...DEFAULT_EMBEDDED_LIMITS, ...options.limits });
}

/** What we read of aedes and its types leave out. */
interface Uncovered {
  readonly persistence: {
    createRetainedStream(filter: string): AsyncIterable<AedesPublishPacket>;
    storeRetained(packet: PublishPacket): Promise<void>;
  };
  /** The number of the last message. */
  readonly counter: number;
}

const NOTICE_EVERY_MS = 10_000;

class EmbeddedAedes implements EmbeddedBroker {
  readonly broker: string;
  readonly refused: readonly Refusal[] = [];
  readonly #options: EmbeddedOptions;
  readonly #aedes: Aedes;
  readonly #connections: Connections;
  readonly #lane: EngineLane;
  readonly #keptFirst: KeptFirst;
  readonly #retained: RetainedTopics;
  readonly #notices = new Seldom(NOTICE_EVERY_MS);
  readonly #listeners: Listener[] = [];
  #subscriptions: readonly Subscription[] = [];
  #listener: TransportListener | undefined;
  #connected = false;
  #stopping: Promise<void> | undefined;

  constructor(options: EmbeddedOptions, limits: EmbeddedLimits) {
    this.broker = options.name;
    this.#options = options;
    this.#retained = new RetainedTopics(limits.maxRetained);
    this.#lane = new EngineLane(options.name, limits, (deliveries, acknowledge) => {
      this.#listener?.onBatch(deliveries, acknowledge);
    });
    this.#keptFirst = new KeptFirst(this.#lane, (packet) => {
      const { persistence } = this.#aedes as unknown as Uncovered; // Its types leave it out.
      void persistence.storeRetained(packet);
    });
    this.#aedes = new Aedes({
      ...admission(this.#retained, new OnceEach(), this.#keptFirst, (reason) => this.#listener?.onDropped(reason)),
      // No limit on messages being handed round: each publisher waits for its own, and with a common limit publishers that
      // wait for the engine would keep the engine's answers from going out.
      concurrency: 0,
      connectTimeout: limits.connectMs,
      drainTimeout: limits.drainMs,
      maxTopicLevels: limits.maxTopicLevels,
    });
    this.#connections = new Connections(
      limits,
      (connection) => void this.#aedes.handle(connection),
      (reason, message) => {
        if (reason === 'packet_too_large') this.#listener?.onDropped(reason);
        this.#notice(reason, message);
      },
    );
  }

  get connected(): boolean {
    return this.#connected;
  }

  get subscribed(): boolean {
    return this.#connected;
  }

  address(): { readonly host: string; readonly port: number } | undefined {
    const [listener] = this.#listeners;
    return listener === undefined ? undefined : { host: listener.host, port: listener.port };
  }

  async start(listener: TransportListener): Promise<void> {
    this.#listener = listener;
    this.#watchErrors();
    await this.#aedes.listen();
    await new Promise<void>((resolve) => {
      const take = (packet: AedesPublishPacket, taken: () => void): void => {
        if (this.#keptFirst.hasHad(packet)) taken();
        else this.#lane.onPacket(packet, taken);
      };
      this.#aedes.subscribe('#', take, resolve);
    });
    // Before the ports open: the first client finds it.
    await this.#say('online');
    try {
      const accept = this.#connections.accept.bind(this.#connections);
      this.#listeners.push(await listenTcp(this.#options.host, this.#options.port, accept));
    } catch (error) {
      await this.#close();
      throw error;
    }
    this.#connected = true;
    listener.onConnected(false);
    void this.#deliverRetained(this.#subscriptions);
  }

  setSubscriptions(
    subscriptions: readonly Subscription[],
    refresh: readonly string[] = [],
  ): Promise<readonly Refusal[]> {
    const again = new Set(refresh);
    const known = new Set(this.#subscriptions.map(({ filter }) => filter).filter((filter) => !again.has(filter)));
    this.#subscriptions = subscriptions;
    this.#lane.subscribe(subscriptions);
    if (this.#connected) void this.#deliverRetained(subscriptions.filter(({ filter }) => !known.has(filter)));
    return Promise.resolve(this.refused);
  }

  publish(publications: readonly Publication[], done: (index: number, error: Error | null) => void): void {
    // aedes often calls back at once, and `done` should not be called from within `publish`.
    let inside = true;
    const settle = (index: number, error: Error | null): void => {
      if (inside) process.nextTick(done, index, error);
      else done(index, error);
    };
    publications.forEach((publication, index) => {
      const { topic, payload, qos, retain, properties } = publication;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : asBuffer(payload);
      if (!this.#connected) {
        settle(index, new Error('not connected'));
        return;
      }
      if (retain && !this.#retained.admits(topic, bytes.length)) {
        settle(index, new Error('the broker keeps as many retained messages as it may'));
        return;
      }
      const packet: PublishPacket = { cmd: 'publish', topic, payload: bytes, qos, retain, dup: false };
      // aedes hands properties from publisher to subscriber as they are, and writes none to clients of MQTT 3.1.1. So the
      // engine gets its own back whole: how many rules a message has been through stands in them.
      if (properties !== undefined) packet.properties = properties as NonNullable<PublishPacket['properties']>;
      this.#aedes.publish(packet, (error) => settle(index, error ?? null));
    });
    inside = false;
  }

  /** It answers in the call: what comes does not stand in its way. */
  answersFirst(): void {}
  renew(): void {}

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stop(graceMs);
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<void> {
    if (!this.#connected) return;
    this.#connected = false;
    this.#lane.stop();
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (deadline = setTimeout(resolve, graceMs)));
    await Promise.race([this.#say('offline'), late]);
    await Promise.race([this.#close(), late]);
    clearTimeout(deadline);
  }

  async #close(): Promise<void> {
    for (const listener of this.#listeners.splice(0)) listener.close();
    const closed = new Promise<void>((resolve) => this.#aedes.close(resolve));
    this.#connections.closeAll();
    await closed;
  }

  #say(status: 'online' | 'offline'): Promise<void> {
    const topic = this.#options.statusTopic;
    const payload = Buffer.from(status);
    this.#retained.admits(topic, payload.length);
    return new Promise((resolve) => {
      this.#aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false }, () => resolve());
    });
  }

  async #deliverRetained(subscriptions: readonly Subscription[]): Promise<void> {
    if (subscriptions.length === 0) return;
    const filters = filtersOf(subscriptions);
    const { persistence, counter } = this.#aedes as unknown as Uncovered; // Its types leave it out.
    const { count } = this.#keptFirst;
    try {
      // Once through all of them, rather than once for each filter as aedes would.
      for await (const packet of persistence.createRetainedStream('#')) {
        if (!this.#connected) return;
        // What is numbered higher was published after we subscribed, and has come as live.
        const number = this.#keptFirst.numberOf(packet);
        if (number === undefined ? packet.brokerCounter > counter : number > count) continue;
        if (matchedQos(filters, packet.topic) >= 0) await this.#lane.onRetained(packet);
      }
    } catch (error) {
      this.#listener?.onNotice('error', `the retained messages could not be read: ${String(error)}`);
    }
  }

  #watchErrors(): void {
    this.#aedes.on('clientError', (client, error) => this.#onClientError(client.id, error));
    this.#aedes.on('connectionError', (_client, error) => this.#onClientError(undefined, error));
    // Not in the types, but emitted when its memory of messages fails.
    const emitter: NodeJS.EventEmitter = this.#aedes;
    emitter.on('error', (error: Error) => this.#listener?.onNotice('error', `the embedded broker: ${error.message}`));
  }

  #onClientError(id: string | undefined, error: Error): void {
    // Clients that went away without a word are no news.
    if ('code' in error) return;
    const name =
      id === undefined ? 'a client that had not connected yet' : `the client ${JSON.stringify(id.slice(0, 100))}`;
    this.#notice('client', `${name} was closed: ${error.message}`);
  }

  #notice(kind: string, message: string): void {
    const said = this.#notices.say(kind, message, performance.now());
    if (said !== undefined) this.#listener?.onNotice('warn', said);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
