import type { QoS } from '../../core/event.ts';
import type { Delivery, MessageProperties } from '../../ports/transport.ts';

/** Of how many bytes at the most a character of JSON may become, as it is written anew: `1e20` has 21 digits then. */
const GROWTH = 8;

/** What is known of a recorded message besides its payload. */
export type Envelope = Omit<Delivery, 'payload' | 'duplicate' | 'packetId'>;

/** A message whose payload is known as JSON data: its bytes, which a replay hardly ever asks for, are made when it does. */
export class JsonDelivery implements Delivery {
  readonly broker: string;
  readonly topic: string;
  readonly qos: QoS;
  readonly retained: boolean;
  readonly duplicate = false;
  readonly properties: MessageProperties | undefined;
  /** What the payload says. */
  readonly value: unknown;
  /** The payload has no more bytes than this. */
  readonly mostBytes: number;
  #payload: Buffer | null = null;

  /** `characters`: how long the text was that said it. */
  constructor(message: Envelope, value: unknown, characters: number) {
    this.broker = message.broker;
    this.topic = message.topic;
    this.qos = message.qos;
    this.retained = message.retained;
    this.properties = message.properties;
    this.value = value;
    this.mostBytes = characters * GROWTH;
  }

  get payload(): Buffer {
    return (this.#payload ??= Buffer.from(JSON.stringify(this.value)));
  }
}
