import type { Duplex } from 'node:stream';
import { guardFrames } from './frame-guard.ts';

/** The clients' connections, whatever they came in by: how many there may be, and what size their packets. */
export class Connections {
  readonly #open = new Set<Duplex>();
  readonly #maxConnections: number;
  readonly #maxPacketSizeBytes: number;
  readonly #handle: (connection: Duplex) => void;
  readonly #refused: (reason: 'connection-limit' | 'packet_too_large', message: string) => void;

  constructor(
    limits: { readonly maxConnections: number; readonly maxPacketSizeBytes: number },
    handle: (connection: Duplex) => void,
    refused: (reason: 'connection-limit' | 'packet_too_large', message: string) => void,
  ) {
    this.#maxConnections = limits.maxConnections;
    this.#maxPacketSizeBytes = limits.maxPacketSizeBytes;
    this.#handle = handle;
    this.#refused = refused;
  }

  accept(connection: Duplex): void {
    if (this.#open.size >= this.#maxConnections) {
      connection.on('error', () => {});
      connection.destroy();
      this.#refused('connection-limit', `a connection was refused: there are ${this.#maxConnections} already`);
      return;
    }
    this.#open.add(connection);
    connection.once('close', () => this.#open.delete(connection));
    guardFrames(connection, this.#maxPacketSizeBytes, (bytes) => {
      connection.destroy();
      const size = Number.isFinite(bytes) ? `a packet of ${bytes} bytes` : 'a packet without end';
      this.#refused(
        'packet_too_large',
        `a client was closed: it announced ${size}, more than ${this.#maxPacketSizeBytes}`,
      );
    });
    this.#handle(connection);
  }

  /** By force: also those that never said CONNECT. */
  closeAll(): void {
    for (const connection of this.#open) connection.destroy();
  }
}
