import { EventEmitter, once } from 'node:events';
import type { Delivery, TransportListener } from '../../src/ports/transport.ts';
import { bytesOf } from '../../src/runtime/payload-bytes.ts';

/** A listener that keeps what it is told, and a way to wait for it. */
export class Listening implements TransportListener {
  readonly deliveries: Delivery[] = [];
  /** Acknowledgements not given, when `acknowledging` is false. */
  readonly withheld: (() => void)[] = [];
  readonly notices: string[] = [];
  readonly dropped: string[] = [];
  readonly disconnections: string[] = [];
  connections = 0;
  acknowledging = true;
  readonly #changes = new EventEmitter();

  onBatch(deliveries: readonly Delivery[], acknowledge: () => void): void {
    this.deliveries.push(...deliveries);
    if (this.acknowledging) acknowledge();
    else this.withheld.push(acknowledge);
    this.#changes.emit('change');
  }

  onConnected(): void {
    this.connections++;
    this.#changes.emit('change');
  }

  onDisconnected(reason: string): void {
    this.disconnections.push(reason);
    this.#changes.emit('change');
  }

  onNotice(level: 'info' | 'warn' | 'error', message: string): void {
    this.notices.push(`${level}: ${message}`);
    this.#changes.emit('change');
  }

  onDropped(reason: string): void {
    this.dropped.push(reason);
    this.#changes.emit('change');
  }

  /** Resolves when the condition holds; it is looked at after everything that is told. */
  async until(condition: (listening: this) => boolean): Promise<void> {
    while (!condition(this)) await once(this.#changes, 'change');
  }

  /** What was delivered, in short: `topic payload q1 retained`. */
  get texts(): string[] {
    return this.deliveries.map(
      ({ topic, payload, retained }) => `${topic} ${bytesOf(payload).toString()}${retained ? ' retained' : ''}`,
    );
  }
}
