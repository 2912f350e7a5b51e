import { publishFrame, type Version } from './frames.ts';
import { FIRST_SEQUENCE } from './ledger.ts';

/** Bytes written to the socket at a time. */
const BLOCK = 64 * 1024;

/** Makes the sensors' messages: encoded once, with only number and packet id written anew. */
export class Messages {
  readonly #frames: { readonly quiet: Buffer; readonly due: Buffer }[];
  readonly #packetIdAt: number[];
  readonly #qos: 0 | 1;
  #block = Buffer.allocUnsafe(BLOCK);
  #used = 0;

  constructor(version: Version, qos: 0 | 1, topics: number) {
    this.#qos = qos;
    // A prime that divides no power of ten: neighbours in time are none in anybody's memory.
    const names = Array.from({ length: topics }, (_, i) => `sensors/sensor-${(i * 61_813) % topics}/temperature`);
    const encode = (topic: string, temperature: number): Buffer =>
      publishFrame(version, topic, JSON.stringify({ temperature, humidity: 40, seq: FIRST_SEQUENCE }), qos, 1);
    this.#frames = names.map((topic, i) => ({
      quiet: encode(topic, 20 + (i % 10)),
      due: encode(topic, 30.5 + (i % 10)),
    }));
    // Fixed header of two bytes (all are short), topic with its length.
    this.#packetIdAt = names.map((topic) => 4 + topic.length);
  }

  /** Append message `n`; what is to be written when a block is full. */
  add(n: number, due: boolean): Buffer | null {
    const place = n % this.#frames.length;
    const frames = this.#frames[place];
    if (frames === undefined) return null;
    const source = due ? frames.due : frames.quiet;
    const full = this.#used + source.length > BLOCK ? this.take() : null;
    const block = this.#block;
    const start = this.#used;
    source.copy(block, start);
    if (this.#qos === 1) block.writeUInt16BE((n % 65_535) + 1, start + (this.#packetIdAt[place] ?? 0));
    // The payload ends with the number and a bracket.
    let rest = FIRST_SEQUENCE + n;
    for (let at = start + source.length - 2; rest > 0; at--) {
      block[at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.#used += source.length;
    return full;
  }

  /** What has been appended since. */
  take(): Buffer | null {
    if (this.#used === 0) return null;
    const taken = this.#block.subarray(0, this.#used);
    this.#block = Buffer.allocUnsafe(BLOCK);
    this.#used = 0;
    return taken;
  }
}
