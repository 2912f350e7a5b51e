import { NO_ROW } from './cell-times.ts';
import type { Plan, Rule } from './rule.ts';
import { SharedTime } from './shared-time.ts';
import { NEVER, type Phase, type Stage } from './stage.ts';
import type { EventWindowState } from './stages/event-window.ts';
import { Tally } from './tally.ts';
import { NO_WAITS, Waits } from './waits.ts';

/** What one rule remembers for one key: the unit of state. `states` has one entry a stage, plain JSON. */
export interface Cell {
  owner: RunningRule;
  readonly key: string;
  /** Cells of one rule are in the order of their first message. */
  readonly order: number;
  states: unknown[];
  phase: Phase;
  /** The messages that stages of it wait for, by what they go by. */
  waits: readonly string[];
  /** Where its times are, or NO_ROW if it is gone, or has none. */
  row: number;
}

const MINUTE = 60_000;

/** One for all rules that remember nothing: there may be very many. Nothing is put in. */
const NO_CELLS = new Map<string, Cell>();

/**
 * A rule at work: its cells, its counts, its allowance. What most messages look at lies together: its own counts, and first
 * what it has of `rule`. Where there are very many rules, each object more is one that is not in the processor's caches.
 */
export class RunningRule extends Tally {
  readonly id: string;
  readonly plan: Plan;
  readonly topics: readonly string[];
  readonly shadow: boolean;
  readonly #rate: Rule['rate'];
  /** The event time that its keys share, where they share one. */
  readonly sharedTime: SharedTime<Cell> | null;
  #quarantined = false;
  /** Where it stands among the rules. */
  slot = 0;
  readonly rule: Rule;
  /** When this version of it came, in epoch milliseconds. */
  readonly bornAt: number;
  /** None of a rule that remembers nothing. */
  readonly cells: Map<string, Cell>;
  /** Those of them in which a script waits for a message. */
  readonly waits = new Waits<Cell>();
  /** The cell of the rule itself, which is no key's, with that event time in it. */
  readonly ownCell: Cell | null;
  /** When it ticks next, in epoch milliseconds, or NEVER. */
  tickAt = NEVER;
  /** How many of its levels are pending, and active. */
  pending = 0;
  active = 0;
  #tokens: number;
  #filledAt: number;
  #breaches = 0;
  #breachesSince = 0;

  /** `before` is the version of it that this one takes the place of, whose counts and allowance go on. */
  constructor(rule: Rule, bornAt: number, before?: RunningRule) {
    super();
    if (before !== undefined) this.add(before);
    this.id = rule.id;
    this.plan = rule.plan;
    this.topics = rule.topics;
    this.shadow = rule.shadow;
    this.#rate = rule.rate;
    this.rule = rule;
    this.bornAt = bornAt;
    this.cells = rule.plan.stateful ? new Map<string, Cell>() : NO_CELLS;
    const { eventTime } = rule.plan;
    const own = eventTime?.shared === true ? ownCellOf(this, eventTime.place, before) : null;
    this.ownCell = own;
    this.sharedTime =
      own === null || eventTime === null
        ? null
        : new SharedTime<Cell>(eventTime, () => own.states[eventTime.place] as EventWindowState); // That stage's own.
    const carried = before !== undefined && before.rule.rate !== null;
    const burst = rule.rate?.burst ?? 0;
    this.#tokens = carried ? Math.min(burst, before.#tokens) : burst;
    this.#filledAt = carried ? before.#filledAt : bornAt;
  }

  /** What it has done since the engine started. */
  get tally(): Tally {
    return this;
  }

  /** Put aside, until the next reload. */
  get quarantined(): boolean {
    return this.#quarantined;
  }

  /** Its cells in the order of their first messages: they may have been taken up in another. */
  cellsInOrder(): Cell[] {
    return [...this.cells.values()].sort((a, b) => a.order - b.order);
  }

  /** A level has moved. */
  moved(from: Phase, to: Phase): void {
    if (from === 'pending') this.pending--;
    else if (from === 'active') this.active--;
    if (to === 'pending') this.pending++;
    else if (to === 'active') this.active++;
  }

  /** Let it run again. */
  release(): void {
    this.#quarantined = false;
    this.#breaches = 0;
  }

  /** Whether it may take so many actions now, by its rate limit: a token bucket, which the last one may overdraw. */
  admit(now: number, actions: number): boolean {
    const rate = this.#rate;
    if (rate === null) return true;
    if (now > this.#filledAt) {
      this.#tokens = Math.min(rate.burst, this.#tokens + ((now - this.#filledAt) * rate.perSecond) / 1000);
      this.#filledAt = now;
    }
    if (this.#tokens < 1) return false;
    this.#tokens -= actions;
    return true;
  }

  /** Give back what was taken for an action that could not be made. */
  repay(): void {
    if (this.#rate !== null) this.#tokens++;
  }

  /** Count a breach of its budget; true when there have been so many within a minute that it is put aside. */
  breached(now: number, limit: number): boolean {
    if (now - this.#breachesSince >= MINUTE) {
      this.#breaches = 0;
      this.#breachesSince = now;
    }
    this.#breaches++;
    if (this.#breaches < limit) return false;
    this.#quarantined = true;
    return true;
  }
}

/** No key is that: control characters in a key are encoded. */
const NO_KEY = '\0';

/** The cell of a rule itself, with a state for the stage at one place: that of an earlier version of the rule, if it fits. */
function ownCellOf(owner: RunningRule, place: number, before: RunningRule | undefined): Cell {
  const stage = owner.plan.stages[place] as Stage; // It is a place of the rule.
  const stages = before?.rule.plan.stages ?? [];
  const known = stages.findIndex(({ kind, shape }) => kind === stage.kind && shape === stage.shape);
  const state: unknown = before?.ownCell?.states[known] ?? stage.init();
  return {
    owner,
    key: NO_KEY,
    order: -1,
    states: owner.plan.stages.map((_, i) => (i === place ? state : null)),
    phase: 'idle',
    waits: NO_WAITS,
    row: NO_ROW,
  };
}
