import type { Effect, PublishEffect } from '../core/effect.ts';
import type { QoS } from '../core/event.ts';
import type { MachineLimits } from '../core/limits.ts';
import { Machine } from '../core/machine.ts';
import type { Note } from '../core/note.ts';
import { Program } from '../core/program.ts';
import type { Rule } from '../core/rule.ts';
import type { Delivery } from '../ports/transport.ts';
import { Message } from '../runtime/message.ts';
import { publicationOf } from '../runtime/outbox.ts';
import { noPayloads } from '../runtime/payload.ts';

/** Told of what happens, in order. */
export interface VirtualListener {
  /** `from`: the rule that published it, or null. */
  onMessage(delivery: Delivery, at: number, from: string | null): void;
  /** Deadlines are looked at. */
  onTimers(at: number): void;
  onEffect(effect: Effect): void;
  onNote(note: Note, at: number): void;
  /** All that is due at a moment between messages has happened. */
  onMoment(at: number): void;
}

/** What rules in virtual time may take at the most. */
export interface VirtualLimits {
  readonly machine: MachineLimits;
  /** Larger payloads do not come to the rules. */
  readonly payloadBytes: number;
}

/** Messages that rules may make of one another within a millisecond. */
const MAX_DELIVERIES = 10_000;
/** Moments at which something is due, in one run. */
const MAX_MOMENTS = 10_000_000;

/**
 * A broker with the rules as its only client, in virtual time. What a rule publishes comes back to the rules that listen:
 * in the same millisecond, after what the current message does, in order, and not as retained.
 */
export class VirtualBroker {
  readonly machine: Machine;
  readonly #program: Program;
  readonly #listener: VirtualListener;
  readonly #payloadBytes: number;
  readonly #payloads = noPayloads();
  #queue: PublishEffect[] = [];
  /** The moment at work. */
  #at: number;
  #deliveries = 0;
  #moments = 0;
  #stopped: string | null = null;

  /** Time begins at `start`, in epoch milliseconds. */
  constructor(rules: readonly Rule[], limits: VirtualLimits, start: number, listener: VirtualListener) {
    this.#program = new Program(rules);
    this.#listener = listener;
    this.#at = start;
    this.#payloadBytes = limits.payloadBytes;
    this.machine = new Machine(this.#program, limits.machine, (note) => listener.onNote(note, this.#at), start);
  }

  /** Why it goes on no more, or null. */
  get stopped(): string | null {
    return this.#stopped;
  }

  /** Go on no more. */
  stop(reason: string): void {
    this.#stopped ??= reason;
  }

  /** The engine starts: once, before all else. */
  start(): void {
    this.#listener.onTimers(this.#at);
    this.machine.start();
    this.#settle(this.#at);
  }

  /** A message comes, after all that is due before; then comes what it makes the rules publish. */
  send(delivery: Delivery, at: number): void {
    this.passUntil(at);
    if (this.#stopped !== null) return;
    this.#deliver(delivery, at, null);
    this.#settle(at);
  }

  /** Let all happen that is due before this moment. */
  passUntil(at: number): void {
    for (let next = this.#next; next < at && this.#stopped === null; next = this.#next) {
      this.#act(next);
      this.#listener.onMoment(next);
    }
  }

  /** What is overdue is due now. */
  get #next(): number {
    return Math.max(this.machine.wakeAt, this.machine.now);
  }

  /** Let all happen that is due up to and at this moment, which ends with it. */
  passThrough(at: number): void {
    this.passUntil(at);
    if (this.#stopped === null) this.#act(at);
  }

  #act(at: number): void {
    do {
      if (++this.#moments > MAX_MOMENTS) {
        this.stop(`something was due at more than ${MAX_MOMENTS} moments: let the test end sooner`);
        return;
      }
      this.#at = at;
      this.#listener.onTimers(at);
      this.machine.advance(at);
      this.#settle(at);
    } while (this.#stopped === null && this.machine.wakeAt <= at);
    this.#deliveries = 0;
  }

  /** Deliver what was published, and what that makes the rules publish. */
  #settle(at: number): void {
    this.#take();
    for (let next = 0; next < this.#queue.length; next++) {
      if (++this.#deliveries > MAX_DELIVERIES) {
        this.stop(`the rules make more than ${MAX_DELIVERIES} messages of one another in one millisecond`);
        break;
      }
      const effect = this.#queue[next] as PublishEffect; // Below the length.
      this.#deliver(this.#deliveryOf(effect), at, effect.rule);
      this.#take();
    }
    this.#queue = [];
  }

  #take(): void {
    for (const effect of this.machine.takeEffects()) {
      this.#listener.onEffect(effect);
      if (effect.type === 'publish') this.#queue.push(effect);
    }
  }

  #deliver(delivery: Delivery, at: number, from: string | null): void {
    this.#at = at;
    this.#listener.onMessage(delivery, at, from);
    if (delivery.payload.length > this.#payloadBytes) return; // The engine drops it, too.
    this.machine.ingest(new Message(delivery, at, this.#payloads));
  }

  #deliveryOf(effect: PublishEffect): Delivery {
    const { topic, qos, properties } = publicationOf(effect);
    return {
      broker: effect.broker,
      topic,
      payload: Buffer.from(effect.payload),
      qos: Math.min(qos, this.#subscribedQos(effect)) as QoS, // Of two of them the lower.
      retained: false,
      duplicate: false,
      properties,
    };
  }

  /** The highest with which anybody listens: a broker delivers with no more. */
  #subscribedQos({ broker, topic }: PublishEffect): number {
    let highest: QoS = 0;
    for (let one = this.#program.match(broker, topic); one !== null; one = one.next) {
      const qos = one.reach === null ? (this.#program.lookups[one.table]?.qos ?? 0) : one.reach.input.qos;
      if (qos > highest) highest = qos;
    }
    return highest;
  }
}
