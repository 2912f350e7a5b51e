import type { Effect, HttpEffect, LogEffect, PublishEffect } from '../core/effect.ts';
import type { ActionResult, Tally } from '../core/tally.ts';
import type { HttpSender } from '../ports/http-sender.ts';
import type { Log } from '../ports/log.ts';
import type { Transport } from '../ports/transport.ts';
import { after } from './after.ts';
import type { Notes } from './notes.ts';
import { Outbox, type OutboxLimits } from './outbox.ts';

/** What a performer tells, and whom. */
export interface Audience {
  readonly log: Log;
  readonly notes: Notes;
  /** The counts of a rule, while there is such a rule. */
  readonly tallyOf: (rule: string, slot?: number) => Tally | undefined;
  /** Counts a message or request that is given up, by reason. */
  readonly drop: (reason: string) => void;
  /** An effect is done, has failed for this reason, or is given up. */
  readonly settled: (effect: PublishEffect | HttpEffect, result: ActionResult, reason: string | null) => void;
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
          this.#count(effect, 'ok', null);
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
    return new Outbox(transport, limits, (effect, result, reason) => {
      const { rule, key, topic } = effect;
      const message = `publishing failed: ${reason ?? 'no reason given'}`;
      this.#settle(effect, result, result === 'error' ? message : reason);
      if (result === 'error') this.#audience.log.write('error', message, { rule, key, topic, broker });
    });
  }

  /** A server that is away would fill the log: one line stands for many. */
  readonly #onRequested = (effect: HttpEffect, result: ActionResult, reason: string | null): void => {
    const { rule, key, method, shown: url } = effect;
    const message = `a request failed: ${reason ?? 'no reason given'}`;
    this.#settle(effect, result, result === 'error' ? message : reason);
    if (result === 'error') this.#audience.notes.write(rule, 'http', 'error', message, { key, method, url });
  };

  #write(effect: LogEffect): void {
    const { rule, key, level, message } = effect;
    this.#count(effect, 'ok', null);
    this.#audience.log.write(level, message, { rule, key });
  }

  #count(effect: Effect, result: ActionResult, reason: string | null): void {
    const slot = effect.type === 'publish' ? effect.slot : undefined;
    this.#audience.tallyOf(effect.rule, slot)?.act(effect.type, result);
    if (result === 'dropped' && reason !== null) this.#audience.drop(reason);
  }

  /** As the configuration is now, there is nowhere to send it: it was made by an earlier one. */
  #strand(effects: readonly PublishEffect[]): void {
    for (const effect of effects) this.#settle(effect, 'dropped', 'offline');
  }

  #settle(effect: PublishEffect | HttpEffect, result: ActionResult, reason: string | null): void {
    this.#count(effect, result, reason);
    this.#audience.settled(effect, result, reason);
  }
}
