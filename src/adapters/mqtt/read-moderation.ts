import type { Duplex } from 'node:stream';

/** So many reads within so many milliseconds are many, if each brings little: 8 000 a second, and not only in a burst. */
const MANY_READS = 32;
const WINDOW = 4;
/** What a read brings is little if it is less than this: more would have filled a piece by itself. Bytes. */
const LITTLE = 4_096;
/** Waiting is worth it while each read that was waited for brings so many packets. */
const WORTH_IT = 8;
/** So many times in a row it may be in vain: a broker deals with one client after the other. */
const PATIENCE = 4;
/** How long is waited. Milliseconds. */
const WAIT = 1;

/** Of a socket of Node what is private: whether the system is asked for what has come. */
interface SystemHandle {
  reading: boolean;
  readStart(): number;
  readStop(): number;
}

/**
 * A broker that hands over its messages one by one makes a system call of each, and another of each answer, which cost
 * several times what the message does. Where reads come thick and bring little, the next one waits for a millisecond, and
 * brings what has come meanwhile: what network cards call interrupt moderation.
 */
export class ReadModeration {
  readonly #socket: Duplex;
  #windowStart = 0;
  #reads = 0;
  /** How many more waits may be in vain; 0 while there are none. */
  #patience = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** A read has brought so many bytes and packets: the next one may have to wait. */
  afterRead(bytes: number, packets: number): void {
    if (bytes >= LITTLE) this.#patience = 0;
    else if (this.#patience === 0 ? this.#isMany() : packets >= WORTH_IT) this.#patience = PATIENCE;
    else if (this.#patience > 0) this.#patience--;
    // After the stream has asked for more, which it does in the next tick.
    if (this.#patience > 0) queueMicrotask(() => this.#wait());
  }

  /** The socket is given up. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #isMany(): boolean {
    const now = performance.now();
    if (now - this.#windowStart >= WINDOW) {
      this.#windowStart = now;
      this.#reads = 0;
    }
    if (++this.#reads < MANY_READS) return false;
    this.#reads = 0;
    return true;
  }

  #wait(): void {
    const handle = handleOf(this.#socket);
    if (handle?.reading !== true) return; // It is not read from anyway.
    handle.reading = false;
    handle.readStop();
    this.#timer = setTimeout(() => {
      // It may have been closed, or asked to read on, meanwhile.
      if (handleOf(this.#socket) !== handle || handle.reading) return;
      handle.reading = true;
      handle.readStart();
    }, WAIT);
  }
}

/** None of a stream that is no socket of the system: a WebSocket, say. */
function handleOf(socket: Duplex): SystemHandle | null {
  const { _handle: handle } = socket as { _handle?: Partial<SystemHandle> | null };
  return typeof handle?.readStop === 'function' && typeof handle.readStart === 'function'
    ? (handle as SystemHandle)
    : null;
}
