import { Dormant } from './dormant.ts';
import type { Rule } from './rule.ts';
import type { RunningRule } from './running-rule.ts';
import { restoredStates } from './saved-cell.ts';
import type { ReadCell, SavedCell } from './saved-state.ts';
import { NEVER } from './stage.ts';

/**
 * The cells that are where they are kept, after a restart: those that are yet to be taken up, and those that are dormant.
 * Nothing is to come of a dormant one but by a message for its key, with which it is read.
 */
export class StoredCells {
  #read: ReadCell | null = null;
  #isPartial = false;
  /** Time has not gone on since the restart: until it does, only what had expired before counts as forgotten. */
  #isHeld = false;
  #ranUntil = 0;
  /** By rule: keys that a message needed before loading came to them, or after, with the time of their last message. */
  readonly #early = new Map<RunningRule, Map<string, number>>();
  /** Of the rules that have some. */
  readonly #dormant = new Map<RunningRule, Dormant>();

  /** Begin: all that `read` finds are yet to be taken up. Null: there are none. Time went on until `ranUntil`. */
  expect(read: ReadCell | null, ranUntil: number): void {
    this.#read = read;
    this.#ranUntil = ranUntil;
    this.#isPartial = read !== null;
    this.#isHeld = true;
  }

  /** Whether some may be yet to be taken up. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  /** Whether a cell that is to be taken up may stay where it is: then it is dormant. `states` are those it would have. */
  leave(running: RunningRule, saved: SavedCell, states: readonly unknown[]): boolean {
    if (this.#read === null || !canRest(saved, running.rule, states)) return false;
    const known = this.#dormant.get(running);
    if (known !== undefined) known.add(saved.touchedAt);
    else this.#dormant.set(running, new Dormant(saved.touchedAt));
    return true;
  }

  /** Whether a cell as it is kept, which is not there, is not one that is yet to be taken up. */
  mayStay({ rule }: RunningRule, saved: SavedCell): boolean {
    return !this.#isPartial || canRest(saved, rule);
  }

  /** A cell that was to be taken up is there already, since it was read early. */
  meet(running: RunningRule, key: string): void {
    this.#early.get(running)?.delete(key);
  }

  /** None is yet to be taken up. */
  complete(): void {
    this.#isPartial = false;
    for (const dormant of this.#dormant.values()) dormant.sort();
    for (const [running, keys] of this.#early) {
      for (const touchedAt of keys.values()) this.#dormant.get(running)?.wake(touchedAt); // It had been left.
      this.#look(running);
    }
    this.#early.clear();
  }

  /** Time goes on: what is dormant expires. */
  goOn(): void {
    this.#isHeld = false;
  }

  /** Read a cell that is not there, to take it up. What was idle for longer than its rule's `ttl` by `now` is no more. */
  take(running: RunningRule, key: string, now: number): SavedCell | undefined {
    if (this.#read === null || !(this.#isPartial || this.#dormant.has(running))) return undefined;
    const saved = this.#read(running.rule.id, key);
    if (saved === undefined || this.isForgotten(running, saved, now)) return undefined;
    if (this.#isPartial) this.#readEarly(running, saved);
    else if (!this.wake(running, saved)) return undefined;
    return saved;
  }

  /** A dormant cell joins the machine. False if it was not dormant, because the machine has just dropped it. */
  wake(running: RunningRule, { touchedAt }: SavedCell): boolean {
    const wasDormant = this.#dormant.get(running)?.wake(touchedAt) === true;
    if (wasDormant) this.#look(running);
    return wasDormant;
  }

  /** Whether a cell that is kept, but not there, has been idle for too long. */
  isForgotten(running: RunningRule, saved: SavedCell, now: number): boolean {
    return this.#isHeld ? this.wasForgotten(running, saved) : saved.touchedAt < now - running.rule.ttl;
  }

  /** Whether a cell that is to be taken up had been forgotten while it was dormant, before time was held, and is yet to be swept out. */
  wasForgotten({ rule }: RunningRule, saved: SavedCell): boolean {
    return saved.touchedAt < this.#ranUntil - rule.ttl && canRest(saved, rule);
  }

  /** How many cells of a rule are dormant at `now`. */
  countOf(running: RunningRule, now: number): number {
    const dormant = this.#dormant.get(running);
    if (dormant === undefined) return 0;
    if (!this.#isHeld) dormant.forgetBefore(now - running.rule.ttl);
    return Math.max(0, dormant.size - (this.#early.get(running)?.size ?? 0)); // Some of these are yet to be met.
  }

  /** Whether some of a rule's are kept: dormant, or forgotten and yet to be swept out. */
  has(running: RunningRule): boolean {
    return this.#dormant.has(running);
  }

  /** The rules of which at least as many are to be swept out as are dormant at `now`: and how many. */
  toSweep(now: number): (readonly [RunningRule, number])[] {
    return [...this.#dormant].flatMap(([running, dormant]) => {
      const count = this.countOf(running, now);
      return dormant.unswept > 0 && dormant.unswept >= count ? [[running, dormant.unswept] as const] : [];
    });
  }

  /** Those of a rule that were forgotten by then are swept out. */
  swept(running: RunningRule, count: number): void {
    const dormant = this.#dormant.get(running);
    if (dormant === undefined) return;
    dormant.swept(count);
    this.#look(running);
  }

  /** Those of a rule are cells of the machine now, or gone. */
  clear(running: RunningRule): void {
    this.#dormant.delete(running);
  }

  #readEarly(running: RunningRule, { key, touchedAt }: SavedCell): void {
    const known = this.#early.get(running);
    if (known !== undefined) known.set(key, touchedAt);
    else this.#early.set(running, new Map([[key, touchedAt]]));
  }

  /** Where none is left, none is looked for. */
  #look(running: RunningRule): void {
    const dormant = this.#dormant.get(running);
    if (dormant?.size === 0 && dormant.unswept === 0) this.clear(running);
  }
}

/** Whether a cell may be dormant, as far as it goes by itself. `states` are those that it would have. */
function canRest(saved: SavedCell, rule: Rule, states: readonly unknown[] = restoredStates(saved, rule)): boolean {
  return fits(saved, rule) && isIdle(states, rule);
}

/** Whether all that a cell remembers is still understood. */
function fits({ stages }: SavedCell, { plan }: Rule): boolean {
  return stages.every(([kind, shape]) => plan.stages.some((stage) => stage.kind === kind && stage.shape === shape));
}

/** Whether a cell with these states waits for nothing: no deadline, no level that is pending or active, no message for a script. */
function isIdle(states: readonly unknown[], { plan }: Rule): boolean {
  return plan.stages.every((stage, i) => {
    const state = states[i];
    return (
      (stage.wakeAt?.(state) ?? NEVER) === NEVER &&
      (stage.endsAt?.(state) ?? NEVER) === NEVER &&
      (stage.phase?.(state) ?? 'idle') === 'idle' &&
      (stage.waits?.(state).length ?? 0) === 0
    );
  });
}
