import type { Delivery } from '../../ports/transport.ts';

interface Chunk {
  readonly packetIds: readonly number[];
  readonly messages: number;
  readonly bytes: number;
  acknowledged: boolean;
}

/** Where an inbox hands on what it has taken. */
export interface InboxOutlet {
  /** A chunk for the listener. */
  deliver(deliveries: readonly Delivery[], acknowledge: () => void): void;
  /** PUBACKs to write, in order of arrival, all of the present connection. */
  acknowledge(packetIds: readonly number[]): void;
  /** There is room again. */
  onRoom(): void;
}

/**
 * What came from the broker and is not dealt with. It collects messages until they are to be handed over as one chunk,
 * counts what is handed over and not acknowledged, and lets PUBACKs out in the order of the PUBLISH packets
 * [MQTT-4.6.0-2], whatever the order in which the listener acknowledges.
 */
export class Inbox {
  readonly #outlet: InboxOutlet;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  /** Both count what is being collected too. */
  #messages = 0;
  #bytes = 0;
  #wasFull = false;
  #deliveries: Delivery[] = [];
  #packetIds: number[] = [];
  #collectedBytes = 0;
  /** Handed over on this connection, oldest first. */
  #chunks: Chunk[] = [];

  constructor(maxMessages: number, maxBytes: number, outlet: InboxOutlet) {
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
    this.#outlet = outlet;
  }

  /** Nothing more should be read until `onRoom`. */
  get isFull(): boolean {
    const full = this.#messages >= this.#maxMessages || this.#bytes >= this.#maxBytes;
    if (full) this.#wasFull = true;
    return full;
  }

  /** There is as much as there should be, and all that a broker may send without an acknowledgement besides. */
  get isOverfull(): boolean {
    return this.#messages >= 3 * this.#maxMessages || this.#bytes >= 3 * this.#maxBytes;
  }

  /** A message, with its packet id if it wants a PUBACK (else 0). */
  add(delivery: Delivery, packetId: number): void {
    this.#deliveries.push(delivery);
    this.#messages++;
    this.#bytes += delivery.payload.length;
    this.#collectedBytes += delivery.payload.length;
    this.skip(packetId);
  }

  /** A message that is not delivered and still wants its PUBACK, in its turn. */
  skip(packetId: number): void {
    if (packetId !== 0) this.#packetIds.push(packetId);
  }

  /** Whatever is acknowledged from now on, the broker of the old connection cannot be told. */
  connectionLost(): void {
    this.#chunks = [];
    this.#packetIds = [];
  }

  /** Give what has been collected to the listener. */
  handOver(): void {
    const deliveries = this.#deliveries;
    if (deliveries.length === 0 && this.#packetIds.length === 0) return;
    const chunk: Chunk = {
      packetIds: this.#packetIds,
      messages: deliveries.length,
      bytes: this.#collectedBytes,
      acknowledged: false,
    };
    this.#deliveries = [];
    this.#packetIds = [];
    this.#collectedBytes = 0;
    this.#chunks.push(chunk);
    if (deliveries.length === 0) this.#acknowledge(chunk);
    else this.#outlet.deliver(deliveries, () => this.#acknowledge(chunk));
  }

  #acknowledge(chunk: Chunk): void {
    if (chunk.acknowledged) return;
    chunk.acknowledged = true;
    this.#messages -= chunk.messages;
    this.#bytes -= chunk.bytes;
    let due = 0;
    while (this.#chunks[due]?.acknowledged === true) due++;
    if (due > 0) {
      const packetIds = this.#chunks.splice(0, due).flatMap((done) => done.packetIds);
      if (packetIds.length > 0) this.#outlet.acknowledge(packetIds);
    }
    // Half-way down, so that reading does not stop and go with every message.
    if (this.#wasFull && this.#messages <= this.#maxMessages / 2 && this.#bytes <= this.#maxBytes / 2) {
      this.#wasFull = false;
      this.#outlet.onRoom();
    }
  }
}
