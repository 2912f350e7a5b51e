import type { Client, PublishPacket } from 'aedes';
import type { EngineLane } from './engine-lane.ts';

/** A message of a client that aedes may not go on with before those in front of it. */
interface Turn {
  readonly goOn: () => void;
  isReady: boolean;
}

/**
 * A publisher of QoS 1 is told that its message is taken when the engine has kept what comes of it. aedes writes the PUBACK
 * before it hands the message round; so the engine has it before that, and not again with the others. What a client has
 * published stays in its order.
 */
export class KeptFirst {
  readonly #lane: EngineLane;
  readonly #retain: (packet: PublishPacket) => void;
  readonly #turns = new WeakMap<object, Turn[]>();
  /** By their payloads, the messages that the engine has had, and that have yet to come round. */
  readonly #pending = new WeakSet<object>();
  /** By their payloads: the how manieth each was. */
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;

  /** `retain` keeps a retained message, so that whoever asks for such ones after the engine has had it finds it. */
  constructor(lane: EngineLane, retain: (packet: PublishPacket) => void) {
    this.#lane = lane;
    this.#retain = retain;
  }

  /** How many messages the engine has had in this way. */
  get count(): number {
    return this.#count;
  }

  /** Before aedes acknowledges a message and hands it round; `goOn` lets it. */
  admit(client: Client | null, packet: PublishPacket, goOn: () => void): void {
    const turns = this.#turnsOf(client ?? this);
    const isFirst = packet.qos === 1 && this.#lane.keeps(packet.topic);
    if (!isFirst && turns.length === 0) {
      goOn();
      return;
    }
    const turn: Turn = { goOn, isReady: !isFirst };
    turns.push(turn);
    if (!isFirst) return;
    // An object of its own, by which it is known again.
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload.subarray();
    packet.payload = payload;
    this.#pending.add(payload);
    this.#numbers.set(payload, ++this.#count);
    if (packet.retain) this.#retain(packet);
    this.#lane.onAdmitted(packet, () => {
      turn.isReady = true;
      while (turns[0]?.isReady === true) turns.shift()?.goOn();
    });
  }

  /** Whether the engine has had a message that comes round. */
  hasHad({ payload }: Pick<PublishPacket, 'payload'>): boolean {
    return typeof payload === 'object' && this.#pending.delete(payload);
  }

  /** The how manieth a retained message was that the engine has had as a live one; undefined for others. */
  numberOf({ payload }: Pick<PublishPacket, 'payload'>): number | undefined {
    return typeof payload === 'object' ? this.#numbers.get(payload) : undefined;
  }

  #turnsOf(client: object): Turn[] {
    let turns = this.#turns.get(client);
    if (turns === undefined) this.#turns.set(client, (turns = []));
    return turns;
  }
}
