import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import {
  connackFrame,
  connectFrame,
  type Frame,
  FrameReader,
  grant,
  KIND,
  PINGRESP,
  pubackFrames,
  type Published,
  readPublish,
  subscribeFrame,
  type Version,
  versionOf,
} from './frames.ts';

/** What the contestant publishes goes to topics that begin like this; the rest (its status) is not looked at. */
const ANSWERS = Buffer.from('actuators/');

/** How messages get to the contestant, and its answers back. */
export interface Wire {
  readonly version: Version;
  readonly port: number;
  /** Called for each answer; the bytes are only good until the call returns. */
  onAnswer: (answer: Published) => void;
  /** Called after each chunk of answers. */
  onChunk: () => void;
  write(bytes: Buffer): void;
  /** Messages of QoS 1 that were acknowledged. */
  readonly acknowledged: number;
  close(): void;
}

/** The generator is the broker: nothing stands between it and the contestant, who is to connect to `port`. */
export class OwnBroker implements Wire {
  version: Version = 4;
  onAnswer: (answer: Published) => void = () => {};
  onChunk: () => void = () => {};
  acknowledged = 0;
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #subscribed: Promise<void>;
  #tellSubscribed: () => void = () => {};
  #socket: Socket | undefined;
  #filtersToCome: number;
  /** The answers of a chunk that are to be acknowledged, together. */
  #toAcknowledge: number[] = [];

  /** `filters`: with how many the contestant subscribes to the sensors. */
  constructor(filters: number) {
    this.#filtersToCome = filters;
    this.#subscribed = new Promise((resolve) => (this.#tellSubscribed = resolve));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // A TCP server has no other kind of address.
  }

  /** Resolves when the contestant has subscribed to the sensors. */
  subscribed(): Promise<void> {
    return this.#subscribed;
  }

  write(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.#socket = socket.setNoDelay(true);
    socket.on('error', () => {});
    const reader = new FrameReader();
    socket.on('data', (chunk) => {
      socket.cork();
      reader.push(chunk, (frame) => this.#handle(frame, socket));
      if (this.#toAcknowledge.length > 0) socket.write(pubackFrames(this.#toAcknowledge));
      this.#toAcknowledge = [];
      this.onChunk();
      socket.uncork();
    });
  }

  #handle(frame: Frame, socket: Socket): void {
    switch (frame.kind) {
      case KIND.publish: {
        const published = readPublish(frame, this.version);
        if (published.packetId > 0) this.#toAcknowledge.push(published.packetId);
        if (isAnswer(published)) this.onAnswer(published);
        return;
      }
      case KIND.puback:
        this.acknowledged++;
        return;
      case KIND.connect:
        this.version = versionOf(frame);
        socket.write(connackFrame(this.version));
        return;
      case KIND.subscribe: {
        const { suback, filters } = grant(frame, this.version);
        socket.write(suback);
        this.#filtersToCome -= filters.filter((filter) => filter.startsWith('sensors/')).length;
        if (this.#filtersToCome === 0) this.#tellSubscribed();
        return;
      }
      case KIND.pingreq:
        socket.write(PINGRESP);
    }
  }
}

/** Through a broker: one connection publishes, the other collects the answers. */
export class ThroughBroker implements Wire {
  readonly version = 4;
  onAnswer: (answer: Published) => void = () => {};
  onChunk: () => void = () => {};
  acknowledged = 0;
  readonly port: number;
  readonly #publisher: Socket;
  readonly #collector: Socket;
  /** The answers of a chunk that are to be acknowledged, together. */
  #toAcknowledge: number[] = [];

  constructor(port: number) {
    this.port = port;
    this.#publisher = connect(port, '127.0.0.1').setNoDelay(true);
    this.#collector = connect(port, '127.0.0.1').setNoDelay(true);
  }

  /** Resolves when it can publish and collect. */
  async open(qos: 0 | 1): Promise<void> {
    const publisher = new FrameReader();
    const collector = new FrameReader();
    await new Promise<void>((resolve) => {
      let ready = 0;
      const tellReady = (): void => void (++ready === 2 && resolve());
      this.#publisher.on('data', (chunk) =>
        publisher.push(chunk, ({ kind }) => {
          if (kind === KIND.connack) tellReady();
          else if (kind === KIND.puback) this.acknowledged++;
        }),
      );
      this.#collector.on('data', (chunk) => {
        this.#collector.cork();
        collector.push(chunk, (frame) => {
          if (frame.kind === KIND.connack) this.#collector.write(subscribeFrame(4, 1, 'actuators/+/control', qos));
          else if (frame.kind === KIND.suback) tellReady();
          else if (frame.kind === KIND.publish) this.#collect(readPublish(frame, 4));
        });
        if (this.#toAcknowledge.length > 0) this.#collector.write(pubackFrames(this.#toAcknowledge));
        this.#toAcknowledge = [];
        this.onChunk();
        this.#collector.uncork();
      });
      this.#publisher.write(connectFrame(4, 'bench-publisher'));
      this.#collector.write(connectFrame(4, 'bench-collector'));
    });
  }

  write(bytes: Buffer): void {
    this.#publisher.write(bytes);
  }

  close(): void {
    this.#publisher.destroy();
    this.#collector.destroy();
  }

  #collect(published: Published): void {
    if (published.packetId > 0) this.#toAcknowledge.push(published.packetId);
    if (isAnswer(published)) this.onAnswer(published);
  }
}

function isAnswer({ topic }: Published): boolean {
  return (
    topic.length > ANSWERS.length &&
    topic[0] === ANSWERS[0] &&
    topic.compare(ANSWERS, 0, ANSWERS.length, 0, ANSWERS.length) === 0
  );
}
