import type { Codec, Event, QoS, TopicNote } from '../core/event.ts';
import type { Delivery } from '../ports/transport.ts';
import { decodePayload, type PayloadType } from './payload.ts';

/** The user property that counts the rules a message has been through. */
export const HOPS_PROPERTY = 'automate-hops';

const NO_PROPERTIES: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null) as Record<string, unknown>);

/** A delivery as the machine sees it; its payload is decoded when first asked for, once for each codec. */
export class Message implements Event {
  readonly at: number;
  readonly hops: number;
  readonly #delivery: Delivery;
  readonly #counts: Record<PayloadType, number>;
  // Most messages are read by one codec.
  #codec: Codec | null = null;
  #value: unknown = null;
  #others: Map<Codec, unknown> | null = null;

  /**
   * `at` is the moment of arrival, in epoch milliseconds; what the payload was is added to `counts`. `json`: what it says,
   * where that is known to be JSON.
   */
  constructor(delivery: Delivery, at: number, counts: Record<PayloadType, number>, json?: unknown) {
    const user = delivery.properties?.user;
    this.#delivery = delivery;
    this.at = at;
    this.hops = user === undefined ? 0 : hopsIn(user[HOPS_PROPERTY]);
    this.#counts = counts;
    if (json === undefined) return;
    this.#codec = 'auto';
    this.#value = json;
    counts.json++;
  }

  get broker(): string {
    return this.#delivery.broker;
  }

  get known(): TopicNote | null {
    return this.#delivery.known ?? null;
  }

  get topic(): string {
    return this.#delivery.topic;
  }

  get qos(): QoS {
    return this.#delivery.qos;
  }

  get retained(): boolean {
    return this.#delivery.retained;
  }

  get properties(): Readonly<Record<string, unknown>> {
    return this.#delivery.properties?.user ?? NO_PROPERTIES;
  }

  get empty(): boolean {
    return this.#delivery.payload.length === 0;
  }

  decode(codec: Codec): unknown {
    if (codec === this.#codec) return this.#value;
    if (this.#codec === null) {
      this.#codec = codec;
      this.#value = this.#read(codec);
      return this.#value;
    }
    this.#others ??= new Map();
    if (!this.#others.has(codec)) this.#others.set(codec, this.#read(codec));
    return this.#others.get(codec);
  }

  #read(codec: Codec): unknown {
    const { value, type } = decodePayload(this.#delivery.payload, codec);
    this.#counts[type]++;
    return value;
  }
}

function hopsIn(value: string | readonly string[] | undefined): number {
  const texts = typeof value === 'string' ? [value] : (value ?? []);
  return Math.max(0, ...texts.map((text) => (/^\d+$/.test(text) ? Number(text) : 0)));
}
