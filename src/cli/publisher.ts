import { publicationFault } from '../adapters/mqtt/publication-fault.ts';
import { toPacket } from '../adapters/mqtt/properties.ts';
import { reasonInWords } from '../adapters/mqtt/reason.ts';
import type { MessageProperties } from '../core/effect.ts';
import type { QoS } from '../core/event.ts';
import type { Connection } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

/** What all messages of one command have in common. */
export interface Envelope {
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties: MessageProperties | undefined;
}

/** Messages on their way at one time, as in mosquitto's clients. */
const MAX_IN_FLIGHT = 20;

/** Publishes in order; fails at the first message that the broker does not take, or when the connection breaks. */
export class Publisher {
  readonly #connection: Connection;
  readonly #envelope: Envelope;
  readonly #inFlight = new Set<Promise<void>>();
  /** Rejects when the connection breaks. */
  readonly broken: Promise<never>;

  constructor(connection: Connection, envelope: Envelope) {
    this.#connection = connection;
    this.#envelope = envelope;
    this.broken = new Promise((_, reject) => {
      connection.client.once('close', () => {
        const message = `the connection to ${connection.shown} broke before everything was sent: ${connection.reason()}`;
        reject(new Failure(message, EXIT.unreachable));
      });
    });
    // Nobody may be waiting when it breaks, and after the last message nobody will.
    this.broken.catch(() => {});
  }

  /** Resolves when there is room for the next message. */
  async publish(payload: Buffer): Promise<void> {
    this.#refuseFaulty(payload);
    const sent = this.#send(payload);
    this.#inFlight.add(sent);
    // A failure is seen by whoever waits for room or for the end.
    sent.then(
      () => this.#inFlight.delete(sent),
      () => {},
    );
    const room = Math.min(MAX_IN_FLIGHT, this.#connection.client.serverProperties?.receiveMaximum ?? MAX_IN_FLIGHT);
    if (this.#inFlight.size >= room) await Promise.race([...this.#inFlight, this.broken]);
  }

  /** Resolves when the broker has everything. */
  async finish(): Promise<void> {
    await Promise.race([this.broken, Promise.all(this.#inFlight)]);
  }

  #send(payload: Buffer): Promise<void> {
    const { topic, qos, retain, properties } = this.#envelope;
    const options = { qos, retain, ...(properties === undefined ? {} : { properties: toPacket(properties) }) };
    return new Promise((resolve, reject) => {
      this.#connection.client.publish(topic, payload, options, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(this.#refused(error));
      });
    });
  }

  #refused(error: Error): Failure {
    const code = 'code' in error ? error.code : undefined;
    const reason = typeof code === 'number' ? reasonInWords(code) : error.message;
    return new Failure(`${this.#connection.shown} refused the message: ${reason}`, EXIT.failed, { cause: error });
  }

  /** What the broker would answer by closing the connection. */
  #refuseFaulty(payload: Buffer): void {
    const { options, serverProperties } = this.#connection.client;
    const fault = publicationFault(
      { ...this.#envelope, payload },
      options.protocolVersion ?? 4,
      serverProperties?.maximumPacketSize,
    );
    if (fault !== undefined) throw new Failure(`the message cannot be sent: ${fault}`);
  }
}
