import { Machine } from '../core/machine.ts';
import { Program } from '../core/program.ts';
import type { Rule } from '../core/rule.ts';
import type { Clock } from '../ports/clock.ts';
import { noDrops, type DropReason } from '../ports/drop-reason.ts';
import type { HttpSender } from '../ports/http-sender.ts';
import type { Log } from '../ports/log.ts';
import type { BrokerReading, CellReading, RuleReading } from '../ports/readings.ts';
import type { StateStore, StoredState } from '../ports/state-store.ts';
import type { Delivery, Transport, TransportListener } from '../ports/transport.ts';
import { Admission } from './admission.ts';
import { Crowding } from './crowding.ts';
import { Histogram } from './histogram.ts';
import { Inbox } from './inbox.ts';
import { Keeping } from './keeping.ts';
import { connect, linkTo, refusalsOf, retainedSince, SETTLING, type Link, type LinkRefusal } from './link.ts';
import { Message } from './message.ts';
import { Notes } from './notes.ts';
import type { EngineLimits } from './limits.ts';
import { noPayloads } from './payload.ts';
import { Performer, type Settled } from './performer.ts';
import { brokerReadings, cellReadings, dormantKeys, ruleReadings } from './readings.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { Timekeeper } from './timekeeper.ts';
import { Wall } from './wall.ts';

/** Deadlines that act before anything else has its turn, if there is room for what they do. */
const AT_ONCE = 1000;

/** Feeds the machine from the transports, and carries out what it answers. */
export class Engine {
  readonly #clock: Clock;
  readonly #time: Timekeeper;
  readonly #log: Log;
  readonly #limits: EngineLimits;
  readonly #machine: Machine;
  readonly #inbox: Inbox;
  readonly #performer: Performer;
  /** Null where nothing is kept when the engine ends. */
  #keeping: Keeping | null = null;
  #isStopping = false;
  readonly #admission: Admission;
  /** By broker. */
  readonly #crowding = new Map<string, Crowding>();
  readonly #links = new Map<string, Link>();
  readonly #payloads = noPayloads();
  readonly #dropped = noDrops();
  readonly wall: Wall;
  readonly messageDuration = new Histogram();
  readonly commitDuration = new Histogram();

  constructor(transports: readonly Transport[], http: HttpSender, clock: Clock, log: Log, limits: EngineLimits) {
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
    const notes = new Notes(log, () => clock.now());
    this.#machine = new Machine(new Program([]), limits.machine, (note) => notes.tell(note));
    this.#inbox = new Inbox(
      limits.inbox,
      (deliveries, arrivedAt) => this.#handle(deliveries, arrivedAt),
      (count) => this.#drop('inbox_full', count),
      () => this.#time.catchUp(),
    );
    this.wall = new Wall(clock, log, (ahead) => {
      this.#machine.followWall(ahead);
      this.#time.expect();
    });
    this.#time = new Timekeeper(this.#machine, clock, {
      look: () => this.wall.look(),
      carryOut: () => this.#carryOut(),
      hasRoom: () => !this.#admission.isCrowded,
      atOnce: Math.min(AT_ONCE, limits.outbox.messages / 4),
      wait: (isBehind) => this.#admission.set('time', isBehind),
    });
    for (const transport of transports) this.#links.set(transport.broker, linkTo(transport));
    this.#performer = new Performer(transports, http, limits.outbox, {
      log,
      notes,
      tallyOf: (rule, slot) => this.#machine.tallyOf(rule, slot),
      drop: (reason) => this.#drop(reason, 1),
      settled: this.#settled,
    });
    this.#admission = new Admission(this.#inbox, () => transports);
    for (const transport of transports) {
      const { broker } = transport;
      const around = {
        fullness: () => this.#performer.outboxOf(broker).fullness(this.#keeping?.waiting ?? 0),
        change: (isCrowded: boolean) => this.#admission.set(`broker ${broker}`, isCrowded),
        renew: (reason: string) => transport.renew(reason),
      };
      this.#crowding.set(broker, new Crowding(clock, around));
    }
  }

  /** Go on from a store, and keep there what rules remember and do: once, between `load` and `start`. See Keeping.begin. */
  async restore(store: StateStore, stored: StoredState, trust = true, atOnce?: number): Promise<void> {
    this.#keeping = new Keeping(store, stored, {
      machine: this.#machine,
      clock: this.#clock,
      log: this.#log,
      trust,
      transports: [...this.#links.values()].map(({ transport }) => transport),
      perform: (effects) => this.#performer.perform(effects),
      hold: (isHeld) => this.#hold(isHeld),
      took: (seconds) => this.commitDuration.observe(seconds, 1),
      goOn: () => this.#time.goOn(),
    });
    await this.#keeping.begin(stored, atOnce);
  }

  /** Start the transports, then the rules; rejects when one cannot open its ports. */
  async start(): Promise<void> {
    this.wall.watch();
    for (const { transport } of this.#links.values()) await transport.start(this.#listener(transport.broker));
    this.#machine.advance(this.#clock.now());
    this.#machine.start();
    this.#goOn();
  }

  /** Stop in order: intake, what is taken, timers, what waits to be published or sent, transports. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#inbox.close();
    this.#time.stop();
    this.wall.stop();
    const connected = [...this.#links.values()].filter(({ transport }) => transport.connected);
    const brokers = connected.map(({ transport }) => transport.broker);
    await this.#keeping?.finish();
    await this.#performer.finish(brokers, graceMs / 2);
    await this.#keeping?.finish();
    this.#keeping?.end();
    await Promise.all([...this.#links.values()].map(({ transport }) => transport.stop(graceMs)));
  }

  /** Put new rules in the place of the old, between two batches, and subscribe to what they need. */
  async load(rules: readonly Rule[]): Promise<void> {
    await this.#keeping?.ready(rules);
    await this.#time.caughtUp();
    const now = this.#clock.now();
    this.#machine.advance(now);
    const program = new Program(rules);
    this.#machine.swap(program);
    this.#goOn();
    const fresh = this.#machine.sourcesSince(now);
    await Promise.all(
      [...this.#links.values()].map((link) => {
        const { broker } = link.transport;
        const retainedBefore = link.retainedSince;
        if (link.connects > 0 && now - link.connectedAt > SETTLING && now - retainedBefore > SETTLING)
          link.retainedSince = now;
        const refresh = new Set(fresh.filter((source) => source.broker === broker).map(({ filter }) => filter));
        return link.transport.setSubscriptions(subscriptionsOf(program, broker), [...refresh]);
      }),
    );
  }

  rules(): Iterable<RuleReading> {
    return ruleReadings(this.#machine, this.#clock.now());
  }

  /** What a rule (null: each) remembers of a key (null: each), if that is not dormant. */
  cells(rule: string | null, key: string | null): Iterable<CellReading> {
    return cellReadings(this.#machine, rule, key);
  }

  /** How many keys of a rule (null: of all) are dormant: they wait in the store for a message. */
  dormant(rule: string | null): number {
    return dormantKeys(this.#machine, rule, this.#clock.now());
  }

  /** What some of these remember, up to so many, or one. */
  async dormantCells(rule: string | null, key: string | null, most: number): Promise<CellReading[]> {
    return (await this.#keeping?.dormant(rule, key, most)) ?? [];
  }

  brokers(): Iterable<BrokerReading> {
    return brokerReadings(this.#links.values());
  }

  /** The filters that brokers refused, with the reasons. */
  refusals(): LinkRefusal[] {
    return refusalsOf(this.#links.values());
  }

  /** The brokers that have yet to answer for a subscription. */
  unanswered(): string[] {
    return [...this.#links.values()].flatMap(({ transport }) => (transport.subscribed ? [] : [transport.broker]));
  }

  /** Why the state cannot be written just now, so that nothing is taken in; or null. */
  get stateFault(): string | null {
    return this.#keeping?.fault ?? null;
  }

  get messagesUnmatched(): number {
    return this.#machine.unmatched;
  }

  dropped(): Readonly<Record<DropReason, number>> {
    const { undecodable, full, budget, internal } = this.#machine.lookupRefusals;
    const lookups = { lookup_undecodable: undecodable, lookup_full: full };
    return { ...this.#dropped, ...lookups, lookup_budget: budget, lookup_internal: internal };
  }

  payloads(): Readonly<Record<string, number>> {
    return this.#payloads;
  }

  get inboxMessages(): number {
    return this.#inbox.size;
  }

  get outboxMessages(): number {
    return this.#performer.outboxMessages + (this.#keeping?.waiting ?? 0);
  }

  get httpRequests(): number {
    return this.#performer.httpRequests;
  }

  #listener(broker: string): TransportListener {
    const link = this.#links.get(broker) as Link; // Made for every transport.
    return {
      onBatch: (deliveries, acknowledge) => {
        link.received += deliveries.length;
        this.#keeping?.received(deliveries);
        this.#inbox.push(deliveries, () => (this.#keeping === null ? acknowledge() : this.#keeping.after(acknowledge)));
      },
      onConnected: (resumed) => {
        connect(link, this.#clock.now());
        this.#log.write('info', 'connected', { broker });
        this.#keeping?.connected();
        if (!resumed) this.#inbox.push([], () => (link.sessionsLost += this.#keeping?.forget(broker) ?? 0));
        this.#performer.outboxOf(broker).flush();
        this.#crowding.get(broker)?.connected();
      },
      onDisconnected: (reason) => {
        this.#log.write('warn', `disconnected: ${reason}`, { broker });
        this.#performer.outboxOf(broker).disconnected();
        this.#crowding.get(broker)?.look();
      },
      onNotice: (level, message) => this.#log.write(level, message, { broker }),
      onDropped: (reason) => this.#drop(reason, 1),
    };
  }

  #handle(deliveries: readonly Delivery[], arrivedAt: number): void {
    this.wall.look();
    const now = this.#clock.now();
    for (const delivery of deliveries) {
      if (delivery.payload.length > this.#limits.payloadBytes) {
        this.#drop('oversize', 1);
        continue;
      }
      if (this.#keeping?.isTaken(delivery) === true) continue;
      const link = this.#links.get(delivery.broker);
      const since = link === undefined ? 0 : retainedSince(link, delivery, now);
      this.#machine.ingest(new Message(delivery, now, this.#payloads), since);
    }
    this.#goOn();
    this.messageDuration.observe((performance.now() - arrivedAt) / 1000, deliveries.length);
  }

  /** What is given up because the engine ends is done when it begins anew. */
  readonly #settled: Settled = (effect, outcome) => {
    const isOver = outcome.type === 'ok' || !this.#isStopping;
    const isToBeTold = isOver && outcome.type === 'error' && effect.moment !== undefined;
    if (isOver) this.#keeping?.settled(effect, isToBeTold);
    if (isToBeTold) {
      this.#machine.fail(effect, outcome.reason, this.#clock.now());
      this.#goOn();
    }
    if (effect.type === 'publish' && outcome.type !== 'dropped') this.#crowding.get(effect.broker)?.moved();
  };

  /** The machine has been told something. */
  #goOn(): void {
    this.#carryOut();
    this.#time.expect();
  }

  #carryOut(): void {
    const effects = this.#machine.takeEffects();
    if (this.#keeping === null) this.#performer.perform(effects);
    else this.#keeping.add(effects);
    for (const crowding of this.#crowding.values()) crowding.look();
  }

  /** While what happens cannot be written, nothing happens. */
  #hold(isHeld: boolean): void {
    this.#admission.set('store', isHeld);
    this.#time.hold(isHeld);
  }

  #drop(reason: DropReason, count: number): void {
    this.#dropped[reason] += count;
  }
}
