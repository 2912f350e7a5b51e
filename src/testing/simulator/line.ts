import { Duplex } from 'node:stream';

const NOTHING = Buffer.alloc(0);
/** What a slow line takes before it asks to wait. Bytes. */
const SLOW = 100;

/**
 * A network between a client and a broker. Bytes are under way until somebody says how many of them arrive; then they come
 * as one chunk, wherever that cuts a packet.
 */
export class Line {
  /** The client's end. */
  readonly socket: Duplex;
  #toClient = NOTHING;
  #toBroker = NOTHING;
  #taken: (() => void) | undefined;
  #isCut = false;

  /** On a slow line the client waits until the broker has what it writes. */
  constructor(isSlow: boolean) {
    this.socket = new Duplex({
      ...(isSlow ? { writableHighWaterMark: SLOW } : {}),
      read: () => {},
      write: (bytes: Buffer, _encoding, done) => {
        if (!this.#isCut) this.#toBroker = Buffer.concat([this.#toBroker, bytes]);
        if (isSlow) this.#taken = done;
        else done();
      },
    });
    this.socket.on('error', () => {});
  }

  get toClient(): number {
    return this.#toClient.length;
  }

  get toBroker(): number {
    return this.#toBroker.length;
  }

  /** The client does not read what arrives. */
  get isPaused(): boolean {
    return this.socket.isPaused();
  }

  send(bytes: Buffer): void {
    this.#toClient = Buffer.concat([this.#toClient, bytes]);
  }

  /** So many bytes reach the client. */
  toClientArrive(count: number): void {
    const bytes = this.#toClient.subarray(0, count);
    this.#toClient = this.#toClient.subarray(count);
    if (bytes.length > 0) this.socket.push(bytes);
  }

  /** So many bytes reach the broker. */
  toBrokerArrive(count: number): Buffer {
    const bytes = this.#toBroker.subarray(0, count);
    this.#toBroker = this.#toBroker.subarray(count);
    const taken = this.#taken;
    if (this.#toBroker.length === 0) this.#taken = undefined;
    if (this.#toBroker.length === 0) taken?.();
    return bytes;
  }

  /** What is under way is lost. */
  cut(): void {
    this.#isCut = true;
    this.#toClient = this.#toBroker = NOTHING;
    this.socket.destroy();
  }
}
