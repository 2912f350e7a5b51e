import { Cells } from './cells.ts';
import { Chain } from './chain.ts';
import type { Effect } from './effect.ts';
import { beginScope, emptyScope } from './empty-scope.ts';
import { UNDECODABLE, type Event } from './event.ts';
import { keyOf, MAX_KEY_LENGTH, partsOf } from './key.ts';
import { internal } from './internal.ts';
import { MACHINE_LIMITS, type MachineLimits } from './limits.ts';
import { BudgetError } from './logic/budget.ts';
import { known } from './logic/path.ts';
import { truthy } from './logic/value.ts';
import type { Note } from './note.ts';
import type { Hit, Program } from './program.ts';
import { RunningLookups, type LookupRefusals } from './running-lookups.ts';
import type { RunningRule } from './running-rule.ts';
import { RunningRules } from './running-rules.ts';
import type { Scope } from './scope.ts';
import { Unprompted } from './unprompted.ts';
import { NEVER } from './stage.ts';
import type { RuleError, Tally } from './tally.ts';

/**
 * Runs rules over events and time. It is synchronous, does no I/O and knows the time only as `event.at` and `advance`:
 * the same inputs give the same effects in the same order.
 */
export class Machine {
  readonly #limits: MachineLimits;
  readonly #scope: Scope = emptyScope();
  readonly #cells = new Cells();
  readonly #rules = new RunningRules(this.#cells);
  readonly #chain: Chain;
  readonly #unprompted: Unprompted;
  readonly #note: (note: Note) => void;
  #program: Program;
  readonly #lookups: RunningLookups;
  #now = 0;
  /** The rule at work. */
  #rule!: RunningRule;

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
    this.#note = note;
    this.#lookups = new RunningLookups(limits.lookupKeys, note);
    this.#chain = new Chain(
      limits.hops,
      (reason, message) => this.#fail(reason, message),
      (error) => this.#caught(error),
    );
    this.#unprompted = new Unprompted(this.#chain, this.#cells, this.#scope, limits.steps, {
      begin: (running) => (this.#rule = running),
      caught: (error) => this.#caught(error),
    });
    this.#program = program;
    this.swap(program);
  }

  /** The next time something is due, or NEVER. It may be early, never late. */
  get wakeAt(): number {
    return Math.min(this.#cells.next('first'), this.#cells.next('last'));
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

  /** The counts of a rule that runs. */
  tallyOf(rule: string): Tally | undefined {
    return this.#rules.byId.get(rule)?.tally;
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
    this.#pass(event.at, false);
    const { hits, lookups } = this.#program.match(event.broker, event.topic);
    if (hits.length === 0 && lookups.length === 0) {
      this.unmatched++;
      return;
    }
    const scope = this.#scope;
    scope.event = event;
    scope.now = this.#now;
    for (const hit of lookups) {
      scope.steps = this.#limits.steps;
      this.#lookups.take(hit, event, scope, retainedSince);
    }
    for (const hit of hits) this.#run(hit, event, retainedSince);
  }

  /**
   * Let time pass: what is due at or before `to` (epoch ms) happens, in order. No message of that time is expected any
   * more: those that come all the same are late for what acts after the messages of a millisecond. Time that goes back is
   * held.
   */
  advance(to: number): void {
    this.#pass(to, true);
  }

  /** The wall clock is so far ahead of the machine's time, in milliseconds: the calendar of rules goes by it. */
  followWall(ahead: number): void {
    this.#scope.wallAhead = ahead;
  }

  /**
   * Put a program in place of the one before, between two messages. Cells live on by rule id and stage shape; alerts that
   * do not are resolved.
   */
  swap(program: Program): void {
    for (const running of this.#rules.losingAlerts(program.rules)) {
      for (const cell of running.cells.values()) this.#unprompted.resolve(cell, this.#now);
    }
    this.#rules.swap(program.rules, this.#now);
    this.#lookups.swap(program.lookups, this.#now);
    this.#scope.tables = this.#lookups.tables;
    this.#program = program;
  }

  /** Where rules and lookups that came at `at` or later get their messages from. */
  sourcesSince(at: number): { readonly broker: string; readonly filter: string }[] {
    return [...this.#rules.inputsSince(at), ...this.#lookups.since(at)].map(({ broker, filter }) => ({
      broker,
      filter: filter.text,
    }));
  }

  /**
   * Windows end first, then come the messages of a millisecond, then all else that timers do: `whole` for that, too. What
   * is overdue, as a reload or a message can make it, is due now: it has its turn in this millisecond.
   */
  #pass(to: number, whole: boolean): void {
    const end = Math.max(to, this.#now);
    for (;;) {
      const first = this.#cells.next('first');
      const last = this.#cells.next('last');
      const turn = Math.max(first, this.#now) <= Math.max(last, this.#now) ? 'first' : 'last';
      const due = turn === 'first' ? first : last;
      const at = Math.max(due, this.#now);
      if (due === NEVER || at > end || (turn === 'last' && at === end && !whole)) break;
      this.#now = at;
      for (const cell of this.#cells.due(turn, due)) this.#unprompted.wake(cell, turn, this.#now);
    }
    this.#now = end;
  }

  #run(hit: Hit, event: Event, retainedSince: number): void {
    const running = this.#rules.running[hit.slot] as RunningRule; // Hits are of this program.
    const { rule, quarantined, bornAt } = running;
    if (quarantined) return;
    const { input } = hit;
    if (input.kind === 'await') {
      this.#unprompted.deliver(running, hit, event, this.#now);
      return;
    }
    if (event.retained && (input.retained === 'skip' || bornAt < retainedSince)) return;
    if (input.kind === 'ack') {
      this.#unprompted.acknowledge(running, hit, event.topic, this.#now);
      return;
    }
    this.#rule = running;
    const scope = this.#scope;
    beginScope(scope, rule, hit.key ?? '', this.#limits.steps);
    scope.event = event; // An alert that was acknowledged before has put its own there.
    scope.captures = hit.captures;
    scope.ports = hit.ports;
    scope.live = !event.retained || input.retained === 'use';
    scope.woken = false;
    try {
      const payload = event.decode(input.codec);
      if (payload === UNDECODABLE) {
        this.#fail('undecodable', `the payload is not ${input.codec === 'auto' ? 'JSON or text' : input.codec}`);
        return;
      }
      scope.payload = payload;
      scope.message = payload;
      if (rule.where !== null && !truthy(rule.where(scope))) return;
      if (rule.foreach === null) this.#evaluate(hit, scope);
      else this.#each(rule.foreach(scope), hit, scope);
    } catch (error) {
      this.#caught(error);
    }
  }

  #caught(error: unknown): void {
    if (error instanceof BudgetError) this.#breach('budget', error.message);
    else this.#fail('internal', internal(error));
  }

  #each(list: unknown, hit: Hit, scope: Scope): void {
    if (!Array.isArray(list)) return;
    if (list.length > this.#limits.elements) {
      this.#breach('too_many_elements', `foreach: ${list.length} elements are more than ${this.#limits.elements}`);
      return;
    }
    const { event, message } = scope;
    for (const element of list as readonly unknown[]) {
      // A script of the element before may have recalled another message.
      scope.event = event;
      scope.captures = hit.captures;
      scope.message = message;
      scope.payload = known(element);
      this.#evaluate(hit, scope);
    }
  }

  #evaluate(hit: Hit, scope: Scope): void {
    const running = this.#rule;
    const { rule } = running;
    let { key } = hit;
    if (rule.by !== null) {
      const parts = partsOf(rule.by, scope);
      if (parts === null) {
        this.#fail('unknown_key', 'a part of `by` is unknown');
        return;
      }
      key = keyOf(parts);
    }
    if (key === null) {
      this.#fail('key_too_long', `the key is longer than ${MAX_KEY_LENGTH} characters`);
      return;
    }
    scope.key = key;
    if (!rule.stateful) {
      this.#chain.run(running, null, scope);
      return;
    }
    const cell = this.#cells.touch(running, key, this.#now);
    if (cell === null) this.#fail('too_many_keys', `the rule has ${rule.maxKeys} keys already (max_keys)`);
    else {
      this.#chain.run(running, cell, scope);
      if (rule.timed.length > 0) this.#cells.settle(cell);
    }
  }

  /** Count what costs too much, and put the rule aside when that has happened too often. */
  #breach(reason: 'budget' | 'too_many_elements', message: string): void {
    this.#fail(reason, message);
    if (!this.#rule.breached(this.#now, this.#limits.breaches)) return;
    this.#tell('quarantined', `put aside until the next reload: ${this.#limits.breaches} breaches within a minute`);
  }

  #fail(reason: RuleError, message: string): void {
    this.#rule.tally.errors[reason]++;
    this.#tell(reason, message);
  }

  #tell(reason: Note['reason'], message: string): void {
    const { rule, key, event } = this.#scope;
    this.#note({ rule, key, reason, topic: event.topic, message });
  }
}
