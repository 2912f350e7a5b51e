import type { IClientOptions } from 'mqtt';

const LAST = 65_535;
const FREE = 0;
const CLIENT = 1;
const LANE = 2;

/**
 * The packet ids of one client, for MQTT.js and for the lane: no two packets that await an answer have the same one.
 * MQTT.js gives all of its own back at each connect and takes again those it still needs; the lane's stay.
 */
export class PacketIds implements NonNullable<IClientOptions['messageIdProvider']> {
  readonly #owner = new Uint8Array(LAST + 1);
  #last = 0;

  allocate(): number | null {
    return this.#take(CLIENT);
  }

  getLastAllocated(): number | null {
    return this.#last === 0 ? null : this.#last;
  }

  register(packetId: number): boolean {
    if (this.#owner[packetId] !== FREE) return false;
    this.#owner[packetId] = CLIENT;
    this.#last = packetId;
    return true;
  }

  deallocate(packetId: number): void {
    if (this.#owner[packetId] === CLIENT) this.#owner[packetId] = FREE;
  }

  clear(): void {
    for (let id = 1; id <= LAST; id++) if (this.#owner[id] === CLIENT) this.#owner[id] = FREE;
  }

  /** An id for the lane; null if every one is in use. */
  takeForLane(): number | null {
    return this.#take(LANE);
  }

  giveBack(packetId: number): void {
    if (this.#owner[packetId] === LANE) this.#owner[packetId] = FREE;
  }

  /** The longest unused comes first: a late answer to an old packet is not taken for one to a new packet. */
  #take(owner: number): number | null {
    let id = this.#last;
    for (let tried = 0; tried < LAST; tried++) {
      id = id === LAST ? 1 : id + 1;
      if (this.#owner[id] !== FREE) continue;
      this.#owner[id] = owner;
      this.#last = id;
      return id;
    }
    return null;
  }
}
