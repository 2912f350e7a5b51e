import type { Rule } from './rule.ts';
import type { Tally } from './tally.ts';

/** What one rule remembers for one key: the unit of state. `states` has one entry a stage, plain JSON. */
export interface Cell {
  owner: RunningRule;
  readonly key: string;
  states: unknown[];
  touchedAt: number;
  /** The deadline that is waited for: another one that still names the cell is stale. NEVER for a cell that is gone. */
  queuedAt: number;
}

const MINUTE = 60_000;

/** A rule at work: its cells, its counts, its allowance. */
export class RunningRule {
  readonly rule: Rule;
  readonly tally: Tally;
  /** When this version of it came, in epoch milliseconds. */
  readonly bornAt: number;
  readonly cells = new Map<string, Cell>();
  #quarantined = false;
  #tokens: number;
  #filledAt: number;
  #breaches = 0;
  #breachesSince = 0;

  /** `before` is the version of it that this one takes the place of, whose allowance goes on. */
  constructor(rule: Rule, tally: Tally, bornAt: number, before?: RunningRule) {
    this.rule = rule;
    this.tally = tally;
    this.bornAt = bornAt;
    const carried = before !== undefined && before.rule.rate !== null;
    const burst = rule.rate?.burst ?? 0;
    this.#tokens = carried ? Math.min(burst, before.#tokens) : burst;
    this.#filledAt = carried ? before.#filledAt : bornAt;
  }

  /** Put aside, until the next reload. */
  get quarantined(): boolean {
    return this.#quarantined;
  }

  /** Let it run again. */
  release(): void {
    this.#quarantined = false;
    this.#breaches = 0;
  }

  /** Whether it may take so many actions now, by its rate limit: a token bucket, which the last one may overdraw. */
  admit(now: number, actions: number): boolean {
    const { rate } = this.rule;
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
    if (this.rule.rate !== null) this.#tokens++;
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
