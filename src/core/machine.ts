import { Cells } from './cells.ts';
import { Chain } from './chain.ts';
import type { Effect } from './effect.ts';
import { emptyScope } from './empty-scope.ts';
import { UNDECODABLE, type Event } from './event.ts';
import { keyOf, MAX_KEY_LENGTH } from './key.ts';
import { BudgetError, MAX_STEPS } from './logic/budget.ts';
import { known } from './logic/path.ts';
import { textOf, truthy } from './logic/value.ts';
import { LookupTable } from './lookup.ts';
import type { Hit, Program } from './program.ts';
import { listensAs, type Rule } from './rule.ts';
import { RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import { emptyTally, type RuleError, type Tally } from './tally.ts';

/** What bounds the work of one message and the memory of a lookup. */
export interface MachineLimits {
  /** Iterator steps that one rule may take for one message. */
  readonly steps: number;
  /** Elements of a list that `foreach` goes through. */
  readonly elements: number;
  /** Topics in one lookup. */
  readonly lookupKeys: number;
  /** Rules that a message may go through, one publishing what wakes the next. */
  readonly hops: number;
  /** Breaches of a budget within a minute after which a rule is put aside until the next reload. */
  readonly breaches: number;
}

export const MACHINE_LIMITS: MachineLimits = {
  steps: MAX_STEPS,
  elements: 10_000,
  lookupKeys: 100_000,
  hops: 8,
  breaches: 100,
};

/** Something a person may want to read about one rule and one message. Data from the wire is in it: escape it. */
export interface Note {
  readonly rule: string;
  readonly key: string;
  /** `quarantined`: the rule is put aside. What led there has been counted and told before. */
  readonly reason: RuleError | 'quarantined';
  readonly topic: string;
  readonly message: string;
}

/** Why lookups did not take messages. */
export interface LookupRefusals {
  undecodable: number;
  full: number;
  /** Its `where` went over its budget. */
  budget: number;
  /** A mistake of ours. */
  internal: number;
}

/** A lookup at work. */
interface RunningLookup {
  readonly table: LookupTable;
  /** When it came, in epoch milliseconds. */
  readonly bornAt: number;
}

/**
 * Runs rules over events and time. It is synchronous, does no I/O and knows the time only as `event.at` and `advance`:
 * the same inputs give the same effects in the same order.
 */
export class Machine {
  readonly #limits: MachineLimits;
  readonly #scope: Scope = emptyScope();
  readonly #cells = new Cells();
  readonly #chain: Chain;
  readonly #note: (note: Note) => void;
  #program: Program;
  #running: readonly RunningRule[] = [];
  #lookups: readonly RunningLookup[] = [];
  #byId: ReadonlyMap<string, RunningRule> = new Map();
  #now = 0;
  /** The rule at work. */
  #rule!: RunningRule;

  /** Messages that no rule and no lookup asked for. */
  unmatched = 0;
  readonly lookupRefusals: LookupRefusals = { undecodable: 0, full: 0, budget: 0, internal: 0 };

  constructor(program: Program, limits: MachineLimits = MACHINE_LIMITS, note: (note: Note) => void = () => {}) {
    this.#limits = limits;
    this.#note = note;
    this.#chain = new Chain(limits.hops, (reason, message) => this.#fail(reason, message));
    this.#program = program;
    this.swap(program);
  }

  /** The next time something is due, or NEVER. */
  get wakeAt(): number {
    return this.#cells.wakeAt;
  }

  /** The rules as they run, in order. */
  get running(): readonly RunningRule[] {
    return this.#running;
  }

  /** The counts of a rule that runs. */
  tallyOf(rule: string): Tally | undefined {
    return this.#byId.get(rule)?.tally;
  }

  /** The effects since the last call, in order. */
  takeEffects(): Effect[] {
    const { effects } = this.#chain;
    if (effects.length > 0) this.#chain.effects = [];
    return effects;
  }

  /**
   * Let one message through lookups and rules. A retained one is ignored by what was there before `retainedSince`
   * (epoch ms): when rules are reloaded, brokers send retained messages again that only the new rules should see.
   */
  ingest(event: Event, retainedSince = 0): void {
    this.advance(event.at);
    const { hits, lookups } = this.#program.match(event.broker, event.topic);
    if (hits.length === 0 && lookups.length === 0) {
      this.unmatched++;
      return;
    }
    const scope = this.#scope;
    scope.event = event;
    scope.now = this.#now;
    for (const { table, bound, open } of lookups) this.#look(table, bound, open, event, retainedSince);
    for (const hit of hits) this.#run(hit, event, retainedSince);
  }

  /** Let time pass: what is due at or before `to` (epoch ms) happens, in order. Time that goes back is held. */
  advance(to: number): void {
    this.#cells.expire(to);
    if (to > this.#now) this.#now = to;
  }

  /** Put a program in place of the one before, between two messages. Cells live on by rule id and stage shape. */
  swap(program: Program): void {
    const leaving = new Map(this.#byId);
    this.#running = program.rules.map((rule) => {
      const before = this.#byId.get(rule.id);
      if (before?.rule === rule) {
        before.release();
        leaving.delete(rule.id);
        return before;
      }
      const bornAt = before !== undefined && listensAs(before.rule, rule) ? before.bornAt : this.#now;
      const running = new RunningRule(rule, before?.tally ?? emptyTally(), bornAt, before);
      if (before !== undefined) this.#cells.carry(before, running);
      return running;
    });
    for (const running of leaving.values()) this.#cells.drop(running);
    this.#byId = new Map(this.#running.map((running) => [running.rule.id, running]));
    const known = new Map(this.#lookups.map((lookup) => [lookup.table.spec.id, lookup]));
    this.#lookups = program.lookups.map(
      (spec) => known.get(spec.id) ?? { table: new LookupTable(spec, this.#limits.lookupKeys), bornAt: this.#now },
    );
    this.#scope.tables = new Map(this.#lookups.map(({ table }) => [table.spec.id, table]));
    this.#program = program;
  }

  /** Where rules and lookups that came at `at` or later get their messages from. */
  sourcesSince(at: number): { readonly broker: string; readonly filter: string }[] {
    const inputs = this.#running.filter(({ bornAt }) => bornAt >= at).flatMap(({ rule }) => rule.inputs);
    const lookups = this.#lookups.filter(({ bornAt }) => bornAt >= at).map(({ table }) => table.spec);
    return [...inputs, ...lookups].map(({ broker, filter }) => ({ broker, filter: filter.text }));
  }

  #run(hit: Hit, event: Event, retainedSince: number): void {
    const running = this.#running[hit.slot] as RunningRule; // Hits are of this program.
    const { rule, quarantined, bornAt } = running;
    if (quarantined) return;
    const { input } = hit;
    if (event.retained && (input.retained === 'skip' || bornAt < retainedSince)) return;
    this.#rule = running;
    const scope = this.#scope;
    scope.rule = rule.id;
    scope.captures = hit.captures;
    scope.key = hit.key ?? '';
    scope.live = !event.retained || input.retained === 'use';
    scope.steps = this.#limits.steps;
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
      if (error instanceof BudgetError) this.#breach('budget', error.message);
      else this.#fail('internal', internal(error));
    }
  }

  #each(list: unknown, hit: Hit, scope: Scope): void {
    if (!Array.isArray(list)) return;
    if (list.length > this.#limits.elements) {
      this.#breach('too_many_elements', `foreach: ${list.length} elements are more than ${this.#limits.elements}`);
      return;
    }
    for (const element of list as readonly unknown[]) {
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
    else this.#chain.run(running, cell, scope);
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

  #look(place: number, bound: string, open: string, event: Event, retainedSince: number): void {
    const { table, bornAt } = this.#lookups[place] as RunningLookup; // Hits are of this program.
    if (event.retained && bornAt < retainedSince) return;
    const scope = this.#scope;
    scope.steps = this.#limits.steps;
    try {
      const result = table.update(event, scope, bound, open);
      if (result !== 'ok') this.lookupRefusals[result]++;
    } catch (error) {
      if (error instanceof BudgetError) {
        this.lookupRefusals.budget++;
        return;
      }
      this.lookupRefusals.internal++;
      // No rule's own: rules with equal lookups share them.
      const message = `with ${table.spec.filter.text}: ${internal(error)}`;
      this.#note({ rule: '', key: '', reason: 'internal', topic: event.topic, message });
    }
  }
}

function internal(error: unknown): string {
  return `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** The parts of a key, or null where one is unknown. */
function partsOf(by: NonNullable<Rule['by']>, scope: Scope): string[] | null {
  const parts: string[] = [];
  for (const part of by) {
    const text = textOf(part(scope));
    if (text === undefined) return null;
    parts.push(text);
  }
  return parts;
}
