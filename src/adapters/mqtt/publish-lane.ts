import { Duplex } from 'node:stream';
import { type Acknowledged, readPuback, readSuback } from './wire/acks-reader.ts';
import { FrameSplitter, PUBACK, PUBLISH, SUBACK } from './wire/frames.ts';
import { Output } from './wire/output.ts';
import { type Connection, type InboundPublish, readPublish, withTopic } from './wire/publish-reader.ts';
import { writePubacks } from './wire/publish-writer.ts';
import { ReadModeration } from './read-moderation.ts';

/** How many topic aliases we offer to remember on a connection [MQTT 3.1.2.11.5]. */
export const TOPIC_ALIASES = 100;

/**
 * Packets that are told before the owner is to deal with them. What it makes of them is short-lived if they are few: with
 * all of a large chunk at once, the garbage collector copies it again and again.
 */
const BATCH = 100;

/** Who takes what the lane takes out of the byte stream. All calls are in order of arrival, in the turn of the bytes. */
export interface LaneOwner {
  /** A message of QoS 0 or 1. False: no more now, until `readOn`. */
  onPublish(message: InboundPublish): boolean;
  /** A message that is too large and has been skipped; packet id 0 for QoS 0. */
  onOversized(packetId: number): void;
  /** Whether it answers a message that went through the lane. */
  onPuback(acknowledged: Acknowledged): boolean;
  onSuback(acknowledged: Acknowledged): void;
  /** Deal with what has been told since the last time: there is no more for now, or it is enough for once. */
  onBatchEnd(): void;
  /** What was in `output` is with the socket, or the socket takes more again. */
  onWritten(): void;
  /** Whether messages wait for the broker to answer earlier ones: what it says is not to be read later than need be. */
  isHeldUp(): boolean;
}

/** Bytes that are not MQTT. It has a code, since MQTT.js is silent about errors without one. */
class Malformed extends Error {
  readonly code = 'MALFORMED_PACKET';
}

/**
 * What MQTT.js takes for the connection to the broker: it stands between MQTT.js and the socket. Messages of QoS 0 and 1
 * and their acknowledgements do not pass through; everything else does, in both directions. What comes is told by the
 * chunk, and what goes out in answer to a chunk is one write.
 */
export class PublishLane extends Duplex {
  readonly output = new Output();
  readonly #socket: Duplex;
  readonly #owner: LaneOwner;
  readonly #connection: Connection;
  readonly #frames: FrameSplitter;
  readonly #moderation: ReadModeration;
  readonly #aliases = new Map<number, string>();
  #isReading = false;
  #isFlushDue = false;
  /** The owner wants no more now. */
  #isHeld = false;
  /** MQTT.js wants no more now. */
  #isCongested = false;
  /** The broker says no more; MQTT.js is told when all of it is read. */
  #isOver = false;

  constructor(socket: Duplex, owner: LaneOwner, connection: Connection, maxBytes: number) {
    super();
    this.#socket = socket;
    this.#owner = owner;
    this.#connection = connection;
    this.#frames = new FrameSplitter(maxBytes, connection.version);
    this.#moderation = new ReadModeration(socket);
    socket.on('data', (chunk: Buffer) => {
      this.#frames.push(chunk);
      const packets = this.#read();
      if (!this.#owner.isHeldUp()) this.#moderation.afterRead(chunk.length, packets);
    });
    socket.on('drain', () => this.#owner.onWritten());
    socket.on('end', () => {
      this.#isOver = true;
      this.#read();
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Bytes that the network has not taken yet. */
  get unsentBytes(): number {
    return this.output.length + this.#socket.writableLength;
  }

  get needsDrain(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Go on after `onPublish` has said no. */
  readOn(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#read();
  }

  acknowledge(packetIds: readonly number[]): void {
    writePubacks(this.output, packetIds);
    this.flushSoon();
  }

  /** Write what is in `output`: after the chunk that is being read, or else after this turn. */
  flushSoon(): void {
    if (this.#isReading || this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  // The lane collects what is written anyway, and so that it keeps its order MQTT.js must not do it as well.
  override cork(): void {}
  override uncork(): void {}

  override _read(): void {
    if (!this.#isCongested) return;
    this.#isCongested = false;
    // Not from within the call of MQTT.js that has made room.
    process.nextTick(() => this.#read());
  }

  /** Never to wait for the socket: MQTT.js writes a packet in pieces, and nothing of the lane may come between them. */
  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.output.append(bytes);
    this.flushSoon();
    done();
  }

  override _final(done: () => void): void {
    this.#flush();
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#moderation.end();
    this.#socket.destroy();
    done(error);
  }

  /** Take what is there; answers how many packets that were. */
  #read(): number {
    if (this.#isReading) return 0;
    this.#isReading = true;
    let all = 0;
    let taken: number;
    do {
      for (taken = 0; taken < BATCH && this.#mayRead() && this.#frames.next(); taken++) this.#take();
      // The owner may answer to that with `readOn`.
      this.#owner.onBatchEnd();
      all += taken;
    } while (taken > 0);
    this.#isReading = false;
    this.#flush();
    if (this.#frames.fault !== undefined) this.#end(this.#frames.fault);
    else if (!this.#mayRead()) this.#socket.pause();
    else if (this.#isOver) this.push(null);
    else this.#socket.resume();
    return all;
  }

  #mayRead(): boolean {
    return !this.#isHeld && !this.#isCongested && !this.destroyed;
  }

  #take(): void {
    const { header, bytes, body, end } = this.#frames;
    switch (header & 0xf0) {
      case PUBLISH:
        this.#takePublish();
        return;
      case PUBACK: {
        const puback = readPuback(bytes, body, end, this.#connection.version);
        if (typeof puback === 'string') this.#end(puback);
        else if (!this.#owner.onPuback(puback)) this.#pass();
        return;
      }
      case SUBACK: {
        const suback = readSuback(bytes, body, end, this.#connection.version);
        if (suback !== undefined) this.#owner.onSuback(suback);
      }
    }
    this.#pass();
  }

  #takePublish(): void {
    const { header, bytes, body, end, isCut } = this.#frames;
    const message = readPublish(header, bytes, body, end, this.#connection);
    if (typeof message === 'string') {
      this.#end(message);
      return;
    }
    const { qos, alias } = message;
    if (alias > 0 && !this.#resolve(message)) this.#end(`topic alias ${alias}, which stands for nothing`);
    else if (isCut) this.#owner.onOversized(message.packetId ?? 0);
    else if (qos < 2) this.#isHeld = !this.#owner.onPublish(message);
    else this.#pass(alias === 0 ? undefined : withTopic(header, bytes, body, end, message.topic));
  }

  /** Give a message with an alias its topic, or the alias the topic of the message. */
  #resolve(message: InboundPublish): boolean {
    const { topic, alias } = message;
    if (alias > TOPIC_ALIASES) return false;
    if (topic !== '') this.#aliases.set(alias, topic);
    message.topic = this.#aliases.get(alias) ?? '';
    message.known = null;
    return message.topic !== '';
  }

  /** Let MQTT.js have the packet. */
  #pass(packet = this.#frames.bytes.subarray(this.#frames.start, this.#frames.end)): void {
    if (!this.push(packet)) this.#isCongested = true;
  }

  #end(fault: string): void {
    this.destroy(new Malformed(`the broker sent ${fault}`));
  }

  #flush(): void {
    if (this.destroyed) return;
    if (this.output.length > 0) this.#socket.write(this.output.take());
    this.#owner.onWritten();
  }
}
