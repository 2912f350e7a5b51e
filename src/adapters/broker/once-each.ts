import type { AedesPublishPacket, Client } from 'aedes';

/**
 * Sees to it that a client is sent a message once, however many of its subscriptions match. aedes does so by refusing what
 * is numbered lower than what it last sent; but a message of QoS 0 overtakes one of QoS 1 that came before it, and one
 * that is not retained overtakes one that is: those would be lost.
 */
export class OnceEach {
  readonly #last = new WeakMap<Client, number>();

  /** To be called before the client's first subscription: from then on aedes refuses it nothing. */
  take(client: Client): void {
    const { duplicates, broker } = client as Client & Uncovered; // Its types leave them out.
    Object.defineProperty(duplicates, broker.id, { get: () => 0, set: () => {} });
  }

  /** The packet, or null if the client has been sent it. All that one message brings to a client comes in one go. */
  forward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    // A retained message that a new subscription brings has no number.
    if (!packet.brokerId) return packet;
    if (this.#last.get(client) === packet.brokerCounter) return null;
    this.#last.set(client, packet.brokerCounter);
    return packet;
  }
}

interface Uncovered {
  /** By broker, the number of the message that was last sent. */
  readonly duplicates: Record<string, number>;
  readonly broker: { readonly id: string };
}
