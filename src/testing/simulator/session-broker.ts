import type { Duplex } from 'node:stream';
import { Line } from './line.ts';
import type { Random } from './random.ts';
import { type Message, Session, type Travelling } from './session.ts';
import {
  type FromClient,
  type Published,
  readPacket,
  writeAnswer,
  writeConnack,
  writeSending,
  writeSuback,
  writeUnsuback,
} from './wire.ts';

/** Topics that get an alias on a connection. */
const ALIASES = 10;

/** Who is told what happens. */
export interface Witness<M extends Message> {
  /** The client has told the broker that it has dealt with a message of QoS 1 or 2. */
  acknowledged(message: M): void;
  /** The broker has a message of the client. */
  received(published: Published): void;
  /** The answer to a message of the client is with the client. */
  answered(published: Published): void;
}

/** What the broker has of one connection. */
interface Connection<M extends Message> {
  readonly line: Line;
  /** Sent on this connection. */
  readonly sent: Set<Travelling<M>>;
  /** Of QoS 1, in the order in which they were sent: so they are to be acknowledged [MQTT-4.6.0-2]. */
  readonly unacknowledged: Travelling<M>[];
  readonly aliases: Map<string, number>;
  /** Answers that are yet to be sent: to the last packet of a message, with that. */
  readonly owed: { readonly bytes: Buffer; readonly done: Published | null }[];
  /** Answers on the line, with how many bytes come until they are complete. */
  readonly onLine: { left: number; readonly done: Published }[];
  heard: Buffer;
  /** The client has asked to be let in; is in; has subscribed. */
  state: 'silent' | 'asking' | 'in' | 'subscribed';
}

/** A broker that keeps the session of its one client: MQTT 5 over a line that may be cut at any byte. */
export class SessionBroker<M extends Message> {
  readonly #random: Random;
  readonly #witness: Witness<M>;
  readonly #retained: () => M[];
  readonly session: Session<M>;
  /** Messages of QoS 2 that are received and not released. */
  readonly #unreleased = new Map<number, Published>();
  #hasSession = false;
  #connection: Connection<M> | null = null;

  /** `retained` are the messages that a client gets when it subscribes. */
  constructor(random: Random, witness: Witness<M>, retained: () => M[]) {
    this.#random = random;
    this.#witness = witness;
    this.#retained = retained;
    this.session = new Session(random);
  }

  /** The client opens a connection. When it does is not for the simulator to say, so nothing is decided here. */
  open(isSlow: boolean): Duplex {
    const line = new Line(isSlow);
    this.#connection = {
      line,
      sent: new Set(),
      unacknowledged: [],
      aliases: new Map(),
      owed: [],
      onLine: [],
      heard: Buffer.alloc(0),
      state: 'silent',
    };
    return line.socket;
  }

  get isIn(): boolean {
    return this.#connection?.state === 'in' || this.isSubscribed;
  }

  /** The client is in, and has subscribed since. */
  get isSubscribed(): boolean {
    return this.#connection?.state === 'subscribed';
  }

  /** Nothing is under way, in either direction. */
  get isQuiet(): boolean {
    const connection = this.#connection;
    if (connection === null) return false;
    const { line, owed } = connection;
    return (
      this.isSubscribed &&
      line.toBroker + line.toClient + owed.length + this.#unreleased.size + this.session.left.length === 0
    );
  }

  get isPaused(): boolean {
    return this.#connection?.line.isPaused ?? true;
  }

  /**
   * The client has been told to release a message of QoS 2 and has not said that it did: it may have no room for it, and
   * has then not looked at any answer to its own of QoS 2 that came behind.
   */
  get isReleasing(): boolean {
    return this.session.flight.some(({ isReleased }) => isReleased);
  }

  /** Whether the client has written CONNECT, and nothing more comes of waiting. */
  get isAsked(): boolean {
    const connection = this.#connection;
    return connection !== null && (connection.state === 'asking' || connection.line.toBroker > 0);
  }

  /** Let the client in. */
  accept(): void {
    const connection = this.#connection;
    if (connection === null || this.isIn) return;
    this.hear(Infinity);
    if (connection.state !== 'asking') throw new Error('the client begins with something else than CONNECT');
    connection.state = 'in';
    connection.line.send(writeConnack(this.#hasSession));
    this.#hasSession = true;
  }

  /** Send some of what waits; what was sent before on another connection first, in its order [MQTT-4.6.0-1]. */
  deliver(most: number): void {
    for (let i = 0; i < most && this.isIn; i++) {
      const { sent } = this.#connection as Connection<M>; // It is in.
      const again = this.session.flight.find((travelling) => !sent.has(travelling));
      const travelling = again ?? this.session.next();
      if (travelling === null) return;
      this.#send(travelling, again !== undefined);
    }
  }

  /** So many bytes reach the client. */
  speak(most: number): void {
    const connection = this.#connection;
    if (connection === null) return;
    const count = Math.min(most, connection.line.toClient);
    connection.line.toClientArrive(count);
    for (const answer of connection.onLine) answer.left -= count;
    while ((connection.onLine[0]?.left ?? 1) <= 0) {
      const answer = connection.onLine.shift();
      if (answer !== undefined) this.#witness.answered(answer.done);
    }
  }

  /** So many bytes reach the broker. */
  hear(most: number): void {
    const connection = this.#connection;
    if (connection === null) return;
    connection.heard = Buffer.concat([connection.heard, connection.line.toBrokerArrive(most)]);
    for (let read = readPacket(connection.heard); read !== null; read = readPacket(connection.heard)) {
      connection.heard = connection.heard.subarray(read.length);
      this.#take(connection, read.packet);
    }
  }

  /** Answer some of what was published. */
  answer(most: number): void {
    const connection = this.#connection;
    for (const { bytes, done } of connection?.owed.splice(0, most) ?? []) {
      connection?.line.send(bytes);
      if (done !== null) connection?.onLine.push({ left: connection.line.toClient, done });
    }
  }

  /** The connection is cut at some byte, in either direction. */
  cut(): void {
    const connection = this.#connection;
    if (connection === null) return;
    // Before that, whether there is a connection depends on real time.
    if (this.isIn) {
      this.hear(this.#random.below(connection.line.toBroker + 1));
      this.speak(this.#random.below(connection.line.toClient + 1));
    }
    this.#connection = null;
    connection.line.cut();
    this.session.dropUnkept();
  }

  /** The broker loses the session; the connection is cut. */
  forget(): void {
    this.cut();
    this.session.forget();
    this.#unreleased.clear();
    this.#hasSession = false;
  }

  #send(travelling: Travelling<M>, isAgain: boolean): void {
    const connection = this.#connection as Connection<M>; // It is in.
    const { message, id, isReleased } = travelling;
    connection.sent.add(travelling);
    if (isReleased) {
      connection.line.send(writeAnswer('pubrel', id));
      return;
    }
    const { topic, qos } = message;
    if (qos === 1) connection.unacknowledged.push(travelling);
    const known = connection.aliases.get(topic);
    const isShort = known !== undefined && this.#random.once(2);
    const alias = known ?? (connection.aliases.size < ALIASES ? connection.aliases.size + 1 : 0);
    if (alias > 0) connection.aliases.set(topic, alias);
    const identifier = this.session.identifierOf(topic) ?? 0;
    const sending = { ...message, topic: isShort ? '' : topic, id, duplicate: isAgain, identifier, alias };
    connection.line.send(writeSending(sending));
  }

  #take(connection: Connection<M>, packet: FromClient): void {
    if (packet.type === 'connect') {
      connection.state = 'asking';
      return;
    }
    if (!this.isIn) throw new Error(`the client sends ${packet.type} before it is let in`);
    switch (packet.type) {
      case 'publish':
        this.#receive(connection, packet);
        break;
      case 'puback':
        this.#acknowledge(connection, packet.id);
        break;
      case 'pubrec': {
        const travelling = this.session.answered(packet.id, false);
        travelling.isReleased = true;
        connection.line.send(writeAnswer('pubrel', packet.id));
        break;
      }
      case 'pubcomp':
        this.#witness.acknowledged(this.session.answered(packet.id, true).message);
        break;
      case 'pubrel': {
        const done = this.#unreleased.get(packet.id) ?? null;
        this.#unreleased.delete(packet.id);
        connection.owed.push({ bytes: writeAnswer('pubcomp', packet.id), done });
        break;
      }
      case 'subscribe':
        connection.state = 'subscribed';
        for (const filter of packet.filters) this.session.filters.set(filter, packet.identifier);
        connection.line.send(writeSuback(packet.id, packet.filters.length));
        for (const message of this.#retained())
          if (this.session.identifierOf(message.topic) === packet.identifier) this.session.add(message);
        break;
      case 'unsubscribe':
        connection.line.send(writeUnsuback(packet.id, packet.filters));
        break;
      case 'pingreq':
      case 'disconnect':
        throw new Error(`the client sends ${packet.type}, which nobody has asked it for`);
    }
  }

  #acknowledge({ unacknowledged }: Connection<M>, id: number): void {
    const [first] = unacknowledged;
    if (first?.id !== id) throw new Error(`the client acknowledges ${id}, and before it is ${first?.id ?? 'nothing'}`);
    unacknowledged.shift();
    this.#witness.acknowledged(this.session.answered(id, true).message);
  }

  #receive(connection: Connection<M>, published: Published): void {
    const { qos, id } = published;
    // One that comes again before it is released is the same.
    const isSame = this.#unreleased.has(id) && published.duplicate;
    if (qos < 2 || !isSame) this.#witness.received(published);
    if (qos === 1) connection.owed.push({ bytes: writeAnswer('puback', id), done: published });
    if (qos < 2) return;
    if (!isSame) this.#unreleased.set(id, published);
    connection.owed.push({ bytes: writeAnswer('pubrec', id), done: null });
  }
}
