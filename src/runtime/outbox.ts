import type { PublishEffect } from '../core/effect.ts';
import { OK, type Outcome } from '../ports/outcome.ts';
import type { MessageProperties, Publication, Transport } from '../ports/transport.ts';
import { HOPS_PROPERTY } from './message.ts';

/** What bounds the messages that wait for a broker. */
export interface OutboxLimits {
  readonly messages: number;
  readonly bytes: number;
  /** QoS 1 and 2 on their way and not yet acknowledged. */
  readonly inFlight: number;
}

/** Messages of QoS 0 handed to a socket that has not taken them yet. */
const MAX_UNSENT = 1000;

const OFFLINE: Outcome = { type: 'dropped', reason: 'offline' };
const OUTBOX_FULL: Outcome = { type: 'dropped', reason: 'outbox_full' };

/** Is told what became of a message. */
export type Settled = (effect: PublishEffect, outcome: Outcome) => void;

/**
 * The messages for one broker, in order. While it is away QoS 1 and 2 wait, as many as the limits allow; beyond them the
 * newest are dropped. QoS 0 does not wait for a connection: a command that comes late is worse than none.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #limits: OutboxLimits;
  readonly #settled: Settled;
  #waiting: PublishEffect[] = [];
  #first = 0;
  #bytes = 0;
  #inFlight = 0;
  #unsent = 0;
  #flushing = false;
  #flushDue = false;
  #onDrained: (() => void)[] = [];

  constructor(transport: Transport, limits: OutboxLimits, settled: Settled) {
    this.#transport = transport;
    this.#limits = limits;
    this.#settled = settled;
  }

  /** Messages waiting or on their way. */
  get size(): number {
    return this.#waiting.length - this.#first + this.#inFlight + this.#unsent;
  }

  /** Of what may wait here and be on its way, how much is, together with `more` messages; 0 while the broker is away. */
  fullness(more: number): number {
    if (!this.#transport.connected) return 0;
    return Math.max((this.size + more) / this.#limits.messages, this.#bytes / this.#limits.bytes);
  }

  /** Resolves when nothing waits and nothing is on its way. */
  drained(): Promise<void> {
    return this.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#onDrained.push(resolve));
  }

  /** Take the effects of a batch, in order. */
  send(effects: readonly PublishEffect[]): void {
    for (const effect of effects) this.#take(effect);
    this.flush();
  }

  /** Publish what waits, as far as the connection and the windows allow. */
  flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    while (this.#transport.connected) {
      const batch = this.#next();
      if (batch.length === 0) break;
      this.#publish(batch);
    }
    this.#flushing = false;
  }

  /** The connection is gone: what of QoS 0 still waits is dropped, the rest waits for the next one. */
  disconnected(): void {
    const waiting = this.#waiting.slice(this.#first);
    this.#waiting = waiting.filter(({ qos }) => qos > 0);
    this.#first = 0;
    this.#bytes = this.#waiting.reduce((sum, effect) => sum + sizeOf(effect), 0);
    for (const effect of waiting) if (effect.qos === 0) this.#settled(effect, OFFLINE);
    this.#tellDrained();
  }

  /** After all that is settled in this turn, so that what waits goes in batches and not one by one. */
  #flushSoon(): void {
    if (this.#flushDue) return;
    this.#flushDue = true;
    setImmediate(() => {
      this.#flushDue = false;
      this.flush();
    });
  }

  /** The messages that may go now. */
  #next(): PublishEffect[] {
    const batch: PublishEffect[] = [];
    while (this.#first < this.#waiting.length) {
      const effect = this.#waiting[this.#first] as PublishEffect; // Below the length.
      if (effect.qos > 0) {
        if (this.#inFlight >= this.#limits.inFlight) break;
        this.#inFlight++;
      } else {
        if (this.#unsent >= MAX_UNSENT) break;
        this.#unsent++;
      }
      this.#first++;
      this.#bytes -= sizeOf(effect);
      batch.push(effect);
    }
    this.#compact();
    return batch;
  }

  #publish(batch: readonly PublishEffect[]): void {
    this.#transport.publish(batch.map(publicationOf), (i, error) => {
      const effect = batch[i] as PublishEffect; // Indexes are of the batch.
      if (effect.qos > 0) this.#inFlight--;
      else this.#unsent--;
      if (error === null) this.#settled(effect, OK);
      else this.#settled(effect, { type: 'error', reason: error.message });
      if (this.#first < this.#waiting.length) this.#flushSoon();
      else this.#tellDrained();
    });
  }

  #tellDrained(): void {
    if (this.size === 0) for (const resolve of this.#onDrained.splice(0)) resolve();
  }

  #take(effect: PublishEffect): void {
    if (effect.qos === 0 && !this.#transport.connected) {
      this.#settled(effect, OFFLINE);
      return;
    }
    const size = sizeOf(effect);
    if (this.#waiting.length - this.#first >= this.#limits.messages || this.#bytes + size > this.#limits.bytes) {
      this.#settled(effect, OUTBOX_FULL);
      return;
    }
    this.#bytes += size;
    this.#waiting.push(effect);
  }

  #compact(): void {
    if (this.#first === this.#waiting.length) {
      this.#waiting = [];
      this.#first = 0;
    } else if (this.#first > 1000 && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
  }
}

/** Roughly what a message takes in memory, in bytes. */
function sizeOf({ topic, payload, properties }: PublishEffect): number {
  const size = topic.length + payload.length + 100;
  return properties === undefined ? size : size + sizeOfProperties(properties);
}

function sizeOfProperties({ contentType, responseTopic, correlationData, user }: MessageProperties): number {
  let size = (contentType?.length ?? 0) + (responseTopic?.length ?? 0) + (correlationData?.length ?? 0);
  for (const [name, value] of Object.entries(user ?? {})) {
    size += name.length + 16;
    if (typeof value === 'string') size += value.length;
    else for (const one of value) size += one.length + 16;
  }
  return size;
}

/** What goes to the broker: the properties say how many rules it has been through, and by what it is known again. */
export function publicationOf({ topic, payload, qos, retain, hops, properties, id }: PublishEffect): Publication {
  return { topic, payload, qos, retain, properties: ownProperties(properties, hops, id) };
}

function ownProperties(
  properties: MessageProperties | undefined,
  hops: number,
  id: string | undefined,
): MessageProperties {
  if (properties !== undefined) {
    const user = Object.assign(Object.create(null) as User, properties.user, { [HOPS_PROPERTY]: String(hops) });
    if (id !== undefined) user[ID_PROPERTY] = id;
    return { ...properties, user };
  }
  if (id !== undefined) return { user: { [HOPS_PROPERTY]: String(hops), [ID_PROPERTY]: id } };
  return HOPS[hops] ?? { user: { [HOPS_PROPERTY]: String(hops) } };
}

type User = Record<string, string | readonly string[]>;

/** By this a message that is published again, after the engine has ended, is known to be the same. */
const ID_PROPERTY = 'automate-id';

/** The properties of most messages, made once: they have no others, and have been through few rules. */
const HOPS: readonly MessageProperties[] = Array.from({ length: 16 }, (_, hops) => ({
  user: { [HOPS_PROPERTY]: String(hops) },
}));
