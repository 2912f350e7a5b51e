import type { MqttClient } from 'mqtt';
import type { Publication } from '../../ports/transport.ts';
import { publicationFault } from './publication-fault.ts';
import { asBuffer, toPacket } from './properties.ts';
import { reasonInWords } from './reason.ts';

/** What waits in the socket before more is written to it. */
const MAX_UNSENT_BYTES = 256 * 1024;

/** A message during which so many connections broke is given up: the broker may be closing them because of it. */
const MAX_BREAKS = 5;

interface Pending {
  readonly publication: Publication;
  readonly index: number;
  readonly done: (index: number, error: Error | null) => void;
  /** Set while MQTT.js has it. */
  packetId: number;
  breaks: number;
  settled: boolean;
}

/**
 * Publications on their way: in order, with no more in flight than the broker's receive-maximum, and each one's `done`
 * called exactly once. MQTT.js alone forgets the callback of a QoS 0 message when the connection breaks, and knows no
 * receive-maximum. A batch needs no corking here: mqtt-packet corks the stream until the end of the turn.
 */
export class Outgoing {
  readonly #client: MqttClient;
  readonly #waiting: Pending[] = [];
  /** QoS 1 and 2, given to MQTT.js and not acknowledged, oldest first. */
  readonly #inFlight = new Set<Pending>();
  /** QoS 0, written while the socket took no more. */
  #undrained: Pending[] = [];
  #draining = false;
  #connected = false;
  #receiveMaximum = 65_535;
  #whenIdle: (() => void) | undefined;

  constructor(client: MqttClient) {
    this.#client = client;
  }

  publish(publications: readonly Publication[], done: (index: number, error: Error | null) => void): void {
    const batch = publications.map((publication, index): Pending => {
      return { publication, index, done, packetId: 0, breaks: 0, settled: false };
    });
    if (!this.#connected) {
      process.nextTick(() => this.#settleAll(batch, new Error('not connected')));
      return;
    }
    for (const pending of batch) this.#waiting.push(pending);
    this.#pump();
  }

  connected(): void {
    this.#connected = true;
    this.#receiveMaximum = this.#client.serverProperties?.receiveMaximum ?? 65_535;
    this.#pump();
  }

  /** QoS 0 has failed; MQTT.js sends the rest again. `established`: the broker had accepted it. */
  disconnected(established: boolean): void {
    this.#connected = false;
    this.#draining = false;
    const lost = [...this.#undrained, ...this.#waiting.filter((pending) => pending.publication.qos === 0)];
    this.#undrained = [];
    this.#keepWaiting((pending) => pending.publication.qos > 0);
    this.#settleAll(lost, new Error('the connection broke'));
    const [oldest] = this.#inFlight;
    if (!established || oldest === undefined || ++oldest.breaks < MAX_BREAKS) return;
    this.#settle(oldest, new Error(`given up: the connection broke ${MAX_BREAKS} times while it was being sent`));
    this.#client.removeOutgoingMessage(oldest.packetId);
  }

  /** Whatever is left has failed. */
  stop(): void {
    const left = [...this.#undrained, ...this.#inFlight, ...this.#waiting];
    this.#undrained = [];
    this.#keepWaiting(() => false);
    this.#settleAll(left, new Error('stopped before the broker had it'));
  }

  /** Call back when nothing is on its way: now, if so. */
  onIdle(whenIdle: () => void): void {
    this.#whenIdle = whenIdle;
    this.#checkIdle();
  }

  #pump(): void {
    if (!this.#connected) return;
    const { stream } = this.#client;
    const written: Pending[] = [];
    let taken = 0;
    for (const pending of this.#waiting) {
      if (stream.writableLength >= MAX_UNSENT_BYTES) break;
      if (pending.publication.qos > 0 && this.#inFlight.size >= this.#receiveMaximum) break;
      taken++;
      this.#send(pending, written);
    }
    this.#waiting.splice(0, taken);
    if (stream.writableNeedDrain) {
      if (!this.#draining) stream.once('drain', () => this.#drained(stream));
      this.#draining = true;
      for (const pending of written) this.#undrained.push(pending);
    } else if (written.length > 0) {
      process.nextTick(() => this.#settleAll(written, null));
    }
  }

  #send(pending: Pending, written: Pending[]): void {
    const { topic, payload, qos, retain, properties } = pending.publication;
    const version = this.#client.options.protocolVersion ?? 4;
    const fault = publicationFault(pending.publication, version, this.#client.serverProperties?.maximumPacketSize);
    if (fault !== undefined) {
      process.nextTick(() => this.#settle(pending, new Error(fault)));
      return;
    }
    const options = { qos, retain, ...(properties === undefined ? {} : { properties: toPacket(properties) }) };
    const bytes = typeof payload === 'string' ? payload : asBuffer(payload);
    if (qos === 0) {
      written.push(pending);
      this.#client.publish(topic, bytes, options);
      return;
    }
    this.#inFlight.add(pending);
    this.#client.publish(topic, bytes, options, (error) => {
      this.#settle(pending, error === undefined || error === null ? null : inWords(error));
      this.#pump();
    });
    pending.packetId = this.#client.getLastMessageId();
  }

  #drained(stream: MqttClient['stream']): void {
    if (stream !== this.#client.stream) return;
    const written = this.#undrained;
    this.#draining = false;
    this.#undrained = [];
    this.#settleAll(written, null);
    this.#pump();
  }

  #keepWaiting(keep: (pending: Pending) => boolean): void {
    this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter(keep));
  }

  #settleAll(all: readonly Pending[], error: Error | null): void {
    for (const pending of all) this.#settle(pending, error);
  }

  #settle(pending: Pending, error: Error | null): void {
    if (pending.settled) return;
    pending.settled = true;
    this.#inFlight.delete(pending);
    pending.done(pending.index, error);
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#inFlight.size > 0 || this.#waiting.length > 0 || this.#undrained.length > 0) return;
    this.#whenIdle?.();
    this.#whenIdle = undefined;
  }
}

function inWords(error: Error): Error {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code !== 'number') return error;
  return new Error(`the broker refused the message: ${reasonInWords(code)}`, { cause: error });
}
