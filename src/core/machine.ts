import type { Turn } from './cell-times.ts';
import { Cells } from './cells.ts';
import { Chain } from './chain.ts';
import type { Effect, HttpEffect, PublishEffect } from './effect.ts';
import { beginScope, emptyScope } from './empty-scope.ts';
import { UNDECODABLE, type Event } from './event.ts';
import { Intake } from './intake.ts';
import { EventTimes } from './event-times.ts';
import { MACHINE_LIMITS, type MachineLimits } from './limits.ts';
import type { Note } from './note.ts';
import type { Hit, Program, Reached } from './program.ts';
import { RunningLookups, type LookupRefusals } from './running-lookups.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import { RunningRules } from './running-rules.ts';
import { Remembered, type CellsToCome, type NamesLeft } from './remembered.ts';
import type { SavedState } from './saved-state.ts';
import type { Scope } from './scope.ts';
import { NEVER } from './stage.ts';
import { Supervision } from './supervision.ts';
import type { Tally } from './tally.ts';
import { Ticks } from './ticks.ts';
import { Unprompted } from './unprompted.ts';

/**
 * Runs rules over events and time. It is synchronous, does no I/O and knows the time only as `event.at` and `advance`:
 * the same inputs give the same effects in the same order.
 */
export class Machine {
  readonly #limits: MachineLimits;
  readonly #scope: Scope = emptyScope();
  readonly #cells = new Cells();
  readonly #rules = new RunningRules(this.#cells);
  readonly #ticks = new Ticks();
  readonly #supervision: Supervision;
  readonly #chain: Chain;
  readonly #unprompted: Unprompted;
  readonly #eventTimes: EventTimes;
  readonly #intake: Intake;
  #program: Program;
  readonly #lookups: RunningLookups;
  /** What rules and lookups remember, to be kept elsewhere. */
  readonly remembered: Remembered;
  #now = 0;
  /** What timers do waits: nobody was there for a while. */
  #isWaiting = false;
  #ranUntil = 0; // The last time that somebody was there before.
  /** Cells that are due now, and how many of them have had their turn. */
  #due: readonly Cell[] = [];
  #turns = 0;
  #turn: Turn = 'first';

  /** Messages that no rule and no lookup asked for. */
  unmatched = 0;

  /** Time begins at `start`, in epoch milliseconds. */
  constructor(
    program: Program,
    limits: MachineLimits = MACHINE_LIMITS,
    note: (note: Note) => void = () => {},
    start = 0,
  ) {
    this.#now = start;
    this.#limits = limits;
    this.#supervision = new Supervision(this.#scope, limits.breaches, note);
    this.#lookups = new RunningLookups(limits.lookupKeys, note);
    this.#chain = new Chain(
      limits.hops,
      (reason, message) => this.#supervision.fail(reason, message),
      (error) => this.#supervision.caught(error),
    );
    this.#unprompted = new Unprompted(this.#chain, this.#cells, this.#scope, limits.steps, this.#supervision);
    this.#eventTimes = new EventTimes(this.#cells, this.#chain, this.#scope, limits.steps, this.#supervision);
    this.#intake = new Intake(this.#chain, this.#cells, this.#eventTimes, this.#supervision, limits);
    const now = (): number => (this.#isWaiting ? this.#ranUntil : this.#now);
    this.remembered = new Remembered(this.#cells, this.#rules, this.#lookups, now);
    this.#program = program;
    this.swap(program);
  }

  /** The next time something is due, or NEVER. It may be early, never late. */
  get wakeAt(): number {
    if (this.#turns < this.#due.length) return this.#now;
    if (this.#isWaiting) return this.#cells.next('first');
    return Math.min(this.#cells.next('first'), this.#ticks.next, this.#cells.next('last'));
  }

  /** The time of now, in epoch milliseconds: it never goes back. */
  get now(): number {
    return this.#now;
  }

  /** The rules as they run, in order. */
  get running(): readonly RunningRule[] {
    return this.#rules.running;
  }

  get lookupRefusals(): LookupRefusals {
    return this.#lookups.refusals;
  }

  /** The counts of a rule that runs. `slot` is where it probably stands: among very many it is found faster there. */
  tallyOf(rule: string, slot = -1): Tally | undefined {
    const there = this.#rules.running[slot];
    return (there?.id === rule ? there : this.#rules.byId.get(rule))?.tally;
  }

  /** The effects since the last call, in order. */
  takeEffects(): Effect[] {
    return this.#chain.takeEffects();
  }

  /**
   * Let one message through lookups and rules. A retained one is ignored by what was there before `retainedSince`
   * (epoch ms): when rules are reloaded, brokers send retained messages again that only the new rules should see.
   */
  ingest(event: Event, retainedSince = 0): void {
    const match = this.#program.match(event.broker, event.topic, event.known);
    if (this.#cells.stored.isPartial) this.#rules.find(match, event.at);
    this.#pass(event.at, false);
    if (match === null) this.unmatched++;
    const scope = this.#scope;
    scope.event = event;
    scope.now = this.#now;
    for (let reached: Reached | null = match; reached !== null; reached = reached.next) {
      if (reached.reach !== null) this.#run(reached, event, retainedSince);
      else {
        scope.steps = this.#limits.steps;
        this.#lookups.take(reached, event, scope, retainedSince);
      }
    }
  }

  /**
   * Let time pass: what is due at or before `to` (epoch ms) happens, in order. No message of that time is expected any
   * more: those that come all the same are late for what acts after the messages of a millisecond. Time that goes back is
   * held. When `most` cells have had their turn and more are due, it answers false: the others have theirs before all else.
   */
  advance(to: number, most = Infinity): boolean {
    return this.#pass(to, to >= this.#now, most);
  }

  /** Let what is due before a message of `to` (epoch ms) happen: as `advance` does. */
  catchUp(to: number, most: number): boolean {
    return this.#pass(to, false, most);
  }

  /** The wall clock is so far ahead of the machine's time, in milliseconds: the calendar of rules goes by it. */
  followWall(ahead: number): void {
    this.#scope.wallAhead = ahead;
    this.#ticks.follow(this.running, ahead, this.#now);
  }

  /** What a rule did has failed after all, at `at`, for this reason: its `on_error` is told. */
  fail({ rule, key, moment }: PublishEffect | HttpEffect, reason: string, at: number): void {
    const running = this.#rules.byId.get(rule);
    if (running === undefined || moment === undefined) return;
    if (running.plan.stateful) this.#cells.find(running, key, at);
    this.#pass(at, false);
    this.#unprompted.onError(running, key, moment, reason, this.#now);
  }

  /** The engine has started, now: rules that ask for it have a tick. Once, before the first message. */
  start(): void {
    for (const running of this.running) if (running.rule.onStart) this.#intake.tick(running, this.#scope, this.#now);
  }

  /** Nobody was there to let time pass until `now` (epoch ms): for all the ticks that a rule has missed it has one. */
  miss(now: number): void {
    this.#ticks.miss(now);
  }

  /**
   * Take up what rules remembered, by rule id and stage shape; what no rule has a place for is given back. What timers do
   * waits until `goOn`: messages that come first are seen first. Without `trust`, what was pending begins anew. Where not all
   * cells are there yet, `later` reads them one by one until `remembered.complete`; see `remembered.impatient`.
   */
  restore(saved: SavedState, trust = true, later: CellsToCome | null = null): NamesLeft {
    this.#isWaiting = true;
    this.#ranUntil = saved.now;
    this.#ticks.resume(this.running, saved.now, this.#now);
    return this.remembered.restore(saved, trust ? null : this.#now, later);
  }

  /**
   * What has been due for a while is done now, in order of time: of all the ticks that a rule has missed it has one. For
   * `most`, and what is answered, see `advance`.
   */
  goOn(now: number, most = Infinity): boolean {
    if (!this.#isWaiting) return true;
    this.#isWaiting = false;
    this.#now = Math.max(this.#now, now);
    this.#ticks.miss(this.#now);
    const isAll = this.advance(now, most);
    this.#cells.stored.goOn(); // A tick that was missed comes before anything is forgotten.
    return isAll;
  }

  /**
   * Put a program in place of the one before, between two messages. Cells live on by rule id and stage shape; alerts that
   * do not are resolved.
   */
  swap(program: Program): void {
    for (const running of this.#rules.losingAlerts(program.rules)) {
      for (const cell of running.cellsInOrder()) this.#unprompted.resolve(cell, this.#now);
    }
    this.#rules.swap(program.rules, this.#now);
    this.#ticks.swap(this.#rules.running, this.#now);
    this.#lookups.swap(program.lookups, this.#now);
    this.#scope.tables = this.#lookups.tables;
    this.#program = program;
  }

  /** Where rules and lookups that came at `at` or later get their messages from. */
  sourcesSince(at: number): { readonly broker: string; readonly filter: string }[] {
    const sources = [...this.#rules.inputsSince(at), ...this.#lookups.since(at)];
    return sources.map(({ broker, filter }) => ({ broker, filter: filter.text }));
  }

  /**
   * At one millisecond windows end first, then come ticks, then messages, then all else that timers do: `whole` for that.
   * What is overdue, as a reload or a message can make it, is due now: it has its turn in this millisecond.
   */
  #pass(to: number, whole: boolean, most = Infinity): boolean {
    const end = Math.max(to, this.#now);
    let left = most;
    for (;;) {
      for (; this.#turns < this.#due.length; left--) {
        if (left <= 0) return false;
        this.#wake(this.#due[this.#turns++] as Cell, this.#turn); // Below the length.
      }
      const first = this.#cells.next('first');
      const tick = this.#isWaiting ? NEVER : this.#ticks.next;
      const last = this.#isWaiting ? NEVER : this.#cells.next('last');
      const due = Math.min(first, tick, last);
      const at = Math.max(due, this.#now);
      if (due === NEVER || at > end) break;
      const turn = first <= at ? 'first' : tick <= at ? 'tick' : 'last';
      if (turn === 'last' && at === end && !whole) break;
      this.#now = at;
      if (turn === 'tick')
        for (const running of this.#ticks.due(tick, at)) this.#intake.tick(running, this.#scope, this.#now);
      else {
        this.#due = this.#cells.due(turn, turn === 'first' ? first : last);
        this.#turns = 0;
        this.#turn = turn;
      }
    }
    if (this.#turns > 0) this.#due = [];
    this.#turns = 0;
    this.#now = end;
    return true;
  }

  #wake(cell: Cell, turn: Turn): void {
    const { owner } = cell;
    if (cell !== owner.ownCell) this.#unprompted.wake(cell, turn, this.#now);
    else if (!owner.quarantined) {
      this.#supervision.begin(owner);
      this.#eventTimes.pass(owner, this.#now);
    }
  }

  #run(hit: Hit, event: Event, retainedSince: number): void {
    const running = this.#rules.running[hit.slot] as RunningRule; // Hits are of this program.
    if (running.quarantined || (event.retained && running.bornAt < retainedSince)) return;
    const { kind, codec, retained, ports } = hit.way;
    if (kind === 'await') {
      this.#unprompted.deliver(running, hit.reach, event, this.#now);
      return;
    }
    if (event.retained && retained === 'skip') return;
    if (kind === 'ack') {
      this.#unprompted.acknowledge(running, hit, event.topic, this.#now);
      return;
    }
    this.#supervision.begin(running);
    this.#eventTimes.pass(running, this.#now);
    const scope = this.#scope;
    beginScope(scope, running, hit.key ?? '', this.#limits.steps);
    if (scope.event !== event) scope.event = event; // What acted before may have put its own there.
    scope.captures = hit.captures;
    scope.ports = ports;
    scope.live = !event.retained || retained === 'use';
    scope.woken = false;
    const payload = this.#supervision.decode(event, codec);
    if (payload === UNDECODABLE) return;
    try {
      this.#intake.take(payload, hit, scope);
    } catch (error) {
      this.#supervision.caught(error);
    }
    this.#eventTimes.pass(running, this.#now);
  }
}
