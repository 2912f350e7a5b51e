import type { IPublishPacket } from 'mqtt-packet';
import type { QoS } from '../core/event.ts';
import { filterMatches } from '../core/topics/filter.ts';
import type { Refusal } from '../ports/transport.ts';
import type { Connection } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords } from './failure.ts';
import type { Subscribe, Subscribing } from './subscribing.ts';
import type { Terminal } from './terminal.ts';

/** What to listen to, what to print of it and when to end. */
export interface Wanted {
  readonly filters: readonly string[];
  readonly qos: QoS;
  readonly subscribe: Subscribe;
  readonly filterOut: readonly string[];
  /** How a message is printed: nothing at all, if that is empty. `isTerminal`: a person sees it. */
  readonly render: (packet: IPublishPacket, payload: Buffer, isTerminal: boolean) => string | Buffer;
  /** Say on stderr when the broker has granted it. */
  readonly announce: boolean;
  readonly count: number | undefined;
  readonly waitMs: number | undefined;
  /** When the time is up it is done, or has failed. */
  readonly timeUp: 'done' | 'failed';
  /** False: without retained messages. */
  readonly stale: boolean;
  readonly retainedOnly: boolean;
}

const RECONNECT_MS = 1_000;

/** Prints what comes over a connection, subscribing again after each break, until it is time to end. */
export class Subscription {
  readonly #connection: Connection;
  readonly #terminal: Terminal;
  readonly #wanted: Wanted;
  readonly #subscribing: Subscribing;
  /** Counts the connections: what an older one answers is void. */
  #round = 0;
  #printed = 0;
  #broken = false;
  #over = false;
  /** Settles the promise of `run`. */
  #end: (failure?: Failure) => void = () => {};

  constructor(connection: Connection, terminal: Terminal, wanted: Wanted) {
    this.#connection = connection;
    this.#terminal = terminal;
    this.#wanted = wanted;
    this.#subscribing = wanted.subscribe(connection.client, wanted.filters, wanted.qos);
  }

  /** Resolves when there is no more to print, or the user has seen enough; a Failure says what went wrong. */
  async run(): Promise<void> {
    const { client } = this.#connection;
    const { stdout } = this.#terminal;
    const leave = (): void => this.#end();
    const onClose = (): void => this.#onClose();
    const onConnect = (): void => this.#onConnect();
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#end = (failure) => {
          this.#over = true;
          if (failure === undefined) resolve();
          else reject(failure);
        };
        client.handleMessage = (packet, done) => this.#onMessage(packet, done);
        client.options.reconnectPeriod = RECONNECT_MS;
        client.on('close', onClose).on('connect', onConnect);
        this.#terminal.once('SIGINT', leave);
        this.#terminal.once('SIGTERM', leave);
        // Whoever read our output has gone: `automate sub … | head -1`.
        stdout.once('error', leave);
        const { waitMs, timeUp } = this.#wanted;
        if (waitMs !== undefined)
          timer = setTimeout(() => this.#end(timeUp === 'done' ? undefined : timedOut(waitMs)), waitMs);
        this.#subscribe();
      });
    } finally {
      clearTimeout(timer);
      client.off('close', onClose).off('connect', onConnect);
      this.#terminal.off('SIGINT', leave);
      this.#terminal.off('SIGTERM', leave);
    }
  }

  #subscribe(): void {
    const round = ++this.#round;
    this.#subscribing.ask().then(
      (refused) => {
        // Without an answer the connection has broken, and the next one asks again.
        if (refused !== null && round === this.#round && !this.#over) this.#onAnswer(refused);
      },
      (error: unknown) => this.#end(new Failure(inWords(error))),
    );
  }

  #onAnswer(refused: readonly Refusal[]): void {
    const { filters, announce } = this.#wanted;
    const { shown } = this.#connection;
    // On stderr, so that a script that reads what comes is not disturbed.
    if (announce && refused.length < filters.length) this.#terminal.stderr.write(`subscribed on ${shown}\n`);
    if (refused.length === 0) return;
    const list = refused.map(({ filter, reason }) => `${filter} (${reason})`).join(', ');
    const message = `${shown} refused the subscription to ${list}`;
    if (refused.length === filters.length) this.#end(new Failure(message));
    else this.#terminal.stderr.write(`${message}\n`);
  }

  #onConnect(): void {
    this.#broken = false;
    this.#terminal.stderr.write(`connected to ${this.#connection.shown} again\n`);
    this.#subscribe();
  }

  #onClose(): void {
    // Once for each break, not for each attempt to mend it.
    if (this.#broken) return;
    this.#broken = true;
    const { shown } = this.#connection;
    this.#terminal.stderr.write(`the connection to ${shown} broke: ${this.#connection.reason()}; trying again\n`);
  }

  /** `done` lets the client read on and acknowledge: when stdout has taken what was printed. */
  #onMessage(packet: IPublishPacket, done: (error?: Error) => void): void {
    if (this.#over) {
      done();
      return;
    }
    const { retainedOnly, stale, filterOut, count } = this.#wanted;
    if (retainedOnly && !packet.retain) {
      done();
      this.#end();
    } else if (
      (!stale && packet.retain) ||
      !this.#subscribing.counts(packet) ||
      filterOut.some((filter) => filterMatches(filter, packet.topic))
    ) {
      done();
    } else {
      const isLast = ++this.#printed === count;
      this.#print(packet, done);
      if (isLast) this.#end();
    }
  }

  #print(packet: IPublishPacket, done: () => void): void {
    const { stdout } = this.#terminal;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const line = this.#wanted.render(packet, payload, stdout.isTTY === true);
    if (line.length === 0 || stdout.write(line)) done();
    else stdout.once('drain', done);
  }
}

function timedOut(waitMs: number): Failure {
  return new Failure(`timed out after ${waitMs / 1000} s`, EXIT.timedOut);
}
