import type { Effect, HttpEffect, LogEffect, PublishEffect } from '../core/effect.ts';
import type { ActionResult, Tally } from '../core/tally.ts';
import type { DropReason } from '../ports/drop-reason.ts';
import type { HttpSender, Requested } from '../ports/http-sender.ts';
import type { Log } from '../ports/log.ts';
import type { Outcome } from '../ports/outcome.ts';
import type { Transport } from '../ports/transport.ts';
import { after } from './after.ts';
import type { Notes } from './notes.ts';
import { Outbox, type OutboxLimits } from './outbox.ts';

/** Is told what became of an effect. */
export type Settled = (effect: PublishEffect | HttpEffect, outcome: Outcome) => void;

/** What a performer tells, and whom. */
export interface Audience {
  readonly log: Log;
  readonly notes: Notes;
  /** The counts of a rule, while there is such a rule. */
  readonly tallyOf: (rule: string, slot?: number) => Tally | undefined;
  /** Counts a message or request that is given up, by reason. */
  readonly drop: (reason: DropReason) => void;
  readonly settled: Settled;
}

/** Performs effects: each goes to the outbox of its broker, to the sender or to the log, and what became of it is counted. */
export class Performer {
  readonly #outboxes = new Map<string, Outbox>();
  readonly #http: HttpSender;
  readonly #audience: Audience;

  constructor(transports: readonly Transport[], http: HttpSender, limits: OutboxLimits, audience: Audience) {
    for (const transport of transports) this.#outboxes.set(transport.broker, this.#outbox(transport, limits));
    this.#http = http;
    this.#audience = audience;
  }

  /** Of a broker that there is. */
  outboxOf(broker: string): Outbox {
    return this.#outboxes.get(broker) as Outbox;
  }

  get outboxMessages(): number {
    let size = 0;
    for (const outbox of this.#outboxes.values()) size += outbox.size;
    return size;
  }

  get httpRequests(): number {
    return this.#http.size;
  }

  /** Hand effects over, in order; the publishes to one broker together. */
  perform(effects: readonly Effect[]): void {
    if (effects.length === 0) return;
    const publishes = new Map<string, PublishEffect[]>();
    for (const effect of effects) {
      switch (effect.type) {
        case 'publish': {
          const batch = publishes.get(effect.broker);
          if (batch === undefined) publishes.set(effect.broker, [effect]);
          else batch.push(effect);
          break;
        }
        case 'alert': // That it is published is an effect of its own.
          this.#count(effect, 'ok');
          break;
        case 'http':
          this.#http.send(effect, this.#onRequested);
          break;
        case 'log':
          this.#write(effect);
      }
    }
    for (const [broker, batch] of publishes) {
      const outbox = this.#outboxes.get(broker);
      if (outbox === undefined) this.#strand(batch);
      else outbox.send(batch);
    }
  }

  /** Wait for what goes out to these brokers, and for requests; what is left after `graceMs` is told. */
  async finish(brokers: readonly string[], graceMs: number): Promise<void> {
    const drained = Promise.all(brokers.map((broker) => this.outboxOf(broker).drained()));
    const [requests] = await Promise.all([this.#http.stop(graceMs), Promise.race([drained, after(graceMs)])]);
    const { log } = this.#audience;
    const messages = this.outboxMessages;
    if (messages > 0) log.write('warn', 'stopped before everything was published', { messages });
    if (requests > 0) log.write('warn', 'stopped before every request was answered', { requests });
  }

  #outbox(transport: Transport, limits: OutboxLimits): Outbox {
    const { broker } = transport;
    return new Outbox(transport, limits, (effect, outcome) => {
      if (outcome.type !== 'error') {
        this.#settle(effect, outcome);
        return;
      }
      const { rule, key, topic } = effect;
      const reason = `publishing failed: ${outcome.reason}`;
      this.#settle(effect, { type: 'error', reason });
      this.#audience.log.write('error', reason, { rule, key, topic, broker });
    });
  }

  /** A server that is away would fill the log: one line stands for many. */
  readonly #onRequested: Requested = (effect, outcome) => {
    if (outcome.type !== 'error') {
      this.#settle(effect, outcome);
      return;
    }
    const { rule, key, method, shown: url } = effect;
    const reason = `a request failed: ${outcome.reason}`;
    this.#settle(effect, { type: 'error', reason });
    this.#audience.notes.write(rule, 'http', 'error', reason, { key, method, url });
  };

  #write(effect: LogEffect): void {
    const { rule, key, level, message } = effect;
    this.#count(effect, 'ok');
    this.#audience.log.write(level, message, { rule, key });
  }

  /** As the configuration is now, there is nowhere to send it: it was made by an earlier one. */
  #strand(effects: readonly PublishEffect[]): void {
    for (const effect of effects) this.#settle(effect, { type: 'dropped', reason: 'offline' });
  }

  #settle(effect: PublishEffect | HttpEffect, outcome: Outcome): void {
    this.#count(effect, outcome.type);
    if (outcome.type === 'dropped') this.#audience.drop(outcome.reason);
    this.#audience.settled(effect, outcome);
  }

  #count(effect: Effect, result: ActionResult): void {
    const slot = effect.type === 'publish' ? effect.slot : undefined;
    this.#audience.tallyOf(effect.rule, slot)?.act(effect.type, result);
  }
}
