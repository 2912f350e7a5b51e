import type { MqttClient } from 'mqtt';
import type { MessageProperties, Publication } from '../../ports/transport.ts';
import type { PacketIds } from './packet-ids.ts';
import { asBuffer, toPacket } from './properties.ts';
import { publicationFault } from './publication-fault.ts';
import type { PublishLane } from './publish-lane.ts';
import { reasonInWords } from './reason.ts';
import type { Acknowledged } from './wire/acks-reader.ts';
import { Output } from './wire/output.ts';
import { writeProperties } from './wire/properties-writer.ts';
import { writePublish } from './wire/publish-writer.ts';

/** What waits in the socket before more is written to it. */
const MAX_UNSENT_BYTES = 256 * 1024;

/** A message during which so many connections broke is given up: the broker may be closing them because of it. */
const MAX_BREAKS = 5;

/** Properties of no more bytes make no message too large that is not so by itself. */
const SMALL_BYTES = 100;

type Done = (index: number, error: Error | null) => void;

interface Pending {
  readonly publication: Publication;
  readonly index: number;
  readonly done: Done;
  /** Of QoS 1 and 2, from when it is sent until it is settled. */
  packetId: number;
  breaks: number;
  settled: boolean;
}

/** Messages of QoS 0 that follow one another in a batch, handed to a socket that takes no more. */
interface Unsent {
  readonly done: Done;
  readonly from: number;
  readonly to: number;
}

/**
 * Publications on their way: in order, with no more in flight than the broker's receive-maximum, and each one's `done`
 * called exactly once. QoS 0 and 1 are written into the lane and answered there; QoS 2 is published by MQTT.js.
 */
export class Outgoing {
  readonly #client: MqttClient;
  readonly #packetIds: PacketIds;
  #waiting: Pending[] = [];
  /** QoS 1 and 2, sent and not acknowledged, oldest first. */
  readonly #inFlight = new Map<number, Pending>();
  #unsent: Unsent[] = [];
  /** Absent while not connected. */
  #lane: PublishLane | undefined;
  #version = 4;
  #receiveMaximum = 65_535;
  #maximumPacketSize: number | undefined;
  /** The broker knows the messages of the connection before. */
  #isResumed = false;
  /** The last properties that were found to be right, and their bytes: most messages have the same ones. */
  #lastProperties: MessageProperties | undefined;
  readonly #lastBytes = new Output(256);
  #whenIdle: (() => void) | undefined;

  constructor(client: MqttClient, packetIds: PacketIds) {
    this.#client = client;
    this.#packetIds = packetIds;
  }

  /** Whether messages wait until the broker has answered earlier ones. */
  get isHeldUp(): boolean {
    return this.#waiting.length > 0 && this.#inFlight.size >= this.#receiveMaximum;
  }

  publish(publications: readonly Publication[], done: Done): void {
    if (this.#lane === undefined) {
      process.nextTick(() => publications.forEach((_, index) => done(index, new Error('not connected'))));
      return;
    }
    const sent = this.#waiting.length === 0 ? this.#sendAtOnce(publications, done, this.#lane) : 0;
    for (let index = sent; index < publications.length; index++) {
      const publication = publications[index] as Publication; // Below the length.
      this.#waiting.push({ publication, index, done, packetId: 0, breaks: 0, settled: false });
    }
    if (sent === publications.length) this.#lane.flushSoon();
    else this.goOn();
  }

  /** `resumed`: the broker has kept the session, and may have had what is sent again. */
  connected(lane: PublishLane, resumed: boolean): void {
    const { serverProperties, options } = this.#client;
    this.#lane = lane;
    this.#isResumed = resumed;
    this.#version = options.protocolVersion ?? 4;
    this.#receiveMaximum = serverProperties?.receiveMaximum ?? 65_535;
    this.#maximumPacketSize = serverProperties?.maximumPacketSize;
    this.#lastProperties = undefined;
    this.#lastBytes.length = 0;
    if (this.#version === 5) writeProperties(this.#lastBytes);
    this.goOn();
  }

  /** QoS 0 has failed; QoS 1 waits to be sent again, and MQTT.js sends QoS 2. `established`: the broker had accepted it. */
  disconnected(established: boolean): void {
    this.#lane = undefined;
    const [oldest] = this.#inFlight.values();
    const [first = oldest] = this.#waiting.filter(({ packetId }) => packetId > 0);
    if (established && first !== undefined && ++first.breaks >= MAX_BREAKS) this.#giveUp(first);
    const again = [...this.#inFlight.values()].filter(({ publication }) => publication.qos === 1);
    for (const { packetId } of again) this.#inFlight.delete(packetId);
    const all = [...again, ...this.#waiting];
    this.#waiting = all.filter(({ publication, settled }) => publication.qos > 0 && !settled);
    const reason = new Error('the connection broke');
    this.#settleUnsent(reason);
    this.#settleAll(
      all.filter(({ publication }) => publication.qos === 0),
      reason,
    );
  }

  /** Whether it answers a message of QoS 1 of ours. */
  acknowledged({ packetId, codes: [code = 0] }: Acknowledged): boolean {
    const pending = this.#inFlight.get(packetId);
    if (pending?.publication.qos !== 1) return false;
    this.#settle(pending, code < 0x80 ? null : refusal(code));
    return true;
  }

  /** Send what waits, as far as the windows allow. */
  goOn(): void {
    const lane = this.#lane;
    if (lane === undefined || this.#waiting.length === 0) return;
    let taken = 0;
    for (const pending of this.#waiting) {
      if (lane.unsentBytes >= MAX_UNSENT_BYTES) break;
      if (pending.publication.qos > 0 && this.#inFlight.size >= this.#receiveMaximum) break;
      if (!this.#send(pending, lane)) break;
      taken++;
    }
    this.#waiting = taken === this.#waiting.length ? [] : this.#waiting.slice(taken);
    if (lane.output.length > 0) lane.flushSoon();
  }

  /** What was in the lane's output is with the socket, or the socket takes more again. */
  written(): void {
    const lane = this.#lane;
    if (lane === undefined || lane.needsDrain) return;
    this.#settleUnsent(null);
    this.goOn();
  }

  /** Whatever is left has failed. */
  stop(): void {
    const left = [...this.#inFlight.values(), ...this.#waiting];
    this.#waiting = [];
    const reason = new Error('stopped before the broker had it');
    this.#settleUnsent(reason);
    this.#settleAll(left, reason);
  }

  /** Call back when nothing is on its way: now, if so. */
  onIdle(whenIdle: () => void): void {
    this.#whenIdle = whenIdle;
    this.#checkIdle();
  }

  /** Messages of QoS 0, for as long as nothing stands in the way; how many. */
  #sendAtOnce(publications: readonly Publication[], done: Done, lane: PublishLane): number {
    let sent = 0;
    for (; sent < publications.length; sent++) {
      const publication = publications[sent] as Publication; // Below the length.
      if (publication.qos > 0 || lane.unsentBytes >= MAX_UNSENT_BYTES || this.#fault(publication) !== undefined) break;
      writePublish(lane.output, publication, 0, false, this.#lastBytes);
    }
    this.#handed({ done, from: 0, to: sent }, lane);
    return sent;
  }

  /** False: there is no packet id for it. */
  #send(pending: Pending, lane: PublishLane): boolean {
    const { publication } = pending;
    const fault = this.#fault(publication);
    if (fault !== undefined) {
      process.nextTick(() => this.#settle(pending, new Error(fault)));
      return true;
    }
    if (publication.qos === 2) {
      this.#sendByClient(pending);
      return true;
    }
    const isAgain = pending.packetId > 0;
    if (publication.qos === 0) {
      this.#handed({ done: pending.done, from: pending.index, to: pending.index + 1 }, lane);
    } else {
      if (!isAgain) pending.packetId = this.#packetIds.takeForLane() ?? 0;
      if (pending.packetId === 0) return false;
      this.#inFlight.set(pending.packetId, pending);
    }
    writePublish(lane.output, publication, pending.packetId, isAgain && this.#isResumed, this.#lastBytes);
    return true;
  }

  /** Why it cannot be sent. If it can, `#lastBytes` are its properties. */
  #fault(publication: Publication): string | undefined {
    const { topic, payload, properties } = publication;
    const limit = this.#maximumPacketSize;
    const isKnown = this.#version < 5 || properties === this.#lastProperties;
    // A character is at most three bytes.
    const most = 3 * (topic.length + payload.length) + SMALL_BYTES + 16;
    if (isKnown && this.#lastBytes.length <= SMALL_BYTES && most < (limit ?? MAX_UNSENT_BYTES)) return undefined;
    const fault = publicationFault(publication, this.#version, limit);
    if (fault === undefined && !isKnown) {
      this.#lastProperties = properties;
      this.#lastBytes.length = 0;
      writeProperties(this.#lastBytes, properties);
    }
    return fault;
  }

  #sendByClient(pending: Pending): void {
    const { topic, payload, qos, retain, properties } = pending.publication;
    const options = { qos, retain, ...(properties === undefined ? {} : { properties: toPacket(properties) }) };
    const bytes = typeof payload === 'string' ? payload : asBuffer(payload);
    this.#client.publish(topic, bytes, options, (error) => {
      const code = error !== undefined && error !== null && 'code' in error ? error.code : undefined;
      this.#settle(pending, typeof code === 'number' ? refusal(code, error) : (error ?? null));
      this.goOn();
    });
    pending.packetId = this.#client.getLastMessageId();
    this.#inFlight.set(pending.packetId, pending);
  }

  #giveUp(pending: Pending): void {
    const { packetId, publication } = pending;
    this.#settle(pending, new Error(`given up: the connection broke ${MAX_BREAKS} times while it was being sent`));
    if (publication.qos === 2) this.#client.removeOutgoingMessage(packetId);
  }

  /** QoS 0 is done with in this turn, unless the socket takes no more. */
  #handed(handed: Unsent, lane: PublishLane): void {
    if (lane.needsDrain) this.#unsent.push(handed);
    else settle(handed, null);
  }

  /** The socket has taken what waited for it, or has lost it. */
  #settleUnsent(error: Error | null): void {
    if (this.#unsent.length === 0) return;
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const handed of unsent) settle(handed, error);
    this.#checkIdle();
  }

  #settleAll(all: readonly Pending[], error: Error | null): void {
    for (const pending of all) this.#settle(pending, error);
  }

  #settle(pending: Pending, error: Error | null): void {
    if (pending.settled) return;
    pending.settled = true;
    if (pending.packetId > 0) {
      this.#inFlight.delete(pending.packetId);
      this.#packetIds.giveBack(pending.packetId);
    }
    pending.done(pending.index, error);
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#whenIdle === undefined || this.#inFlight.size > 0 || this.#waiting.length > 0 || this.#unsent.length > 0)
      return;
    this.#whenIdle();
    this.#whenIdle = undefined;
  }
}

function settle({ done, from, to }: Unsent, error: Error | null): void {
  for (let index = from; index < to; index++) done(index, error);
}

function refusal(code: number, cause?: unknown): Error {
  return new Error(`the broker refused the message: ${reasonInWords(code)}`, { cause });
}
