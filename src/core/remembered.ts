import type { Cells } from './cells.ts';
import type { RunningLookups } from './running-lookups.ts';
import type { Rule } from './rule.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import type { RunningRules } from './running-rules.ts';
import type { CellName, LookupName, ReadCell, SavedCell, SavedState, StateChanges } from './saved-state.ts';

/** Cells that are yet to be taken up. */
export interface CellsToCome {
  readonly read: ReadCell;
  /** Larger than the order of any of them. */
  readonly nextOrder: number;
}

/** What was saved and no rule has a place for. */
export interface NamesLeft {
  readonly cells: readonly CellName[];
  readonly lookups: readonly LookupName[];
}

/** What rules and lookups remember, as it is kept outside of the machine: what changes goes out, what was kept comes in. */
export class Remembered {
  readonly #cells: Cells;
  readonly #rules: RunningRules;
  readonly #lookups: RunningLookups;
  readonly #now: () => number;

  constructor(cells: Cells, rules: RunningRules, lookups: RunningLookups, now: () => number) {
    this.#cells = cells;
    this.#rules = rules;
    this.#lookups = lookups;
    this.#now = now;
  }

  /** A cell as it is to be kept; its states are the live ones. */
  saved(cell: Cell): SavedCell {
    return this.#cells.saved(cell);
  }

  /** From now on, what changes is to be saved: see `takeChanges`. */
  track(): void {
    this.#rules.track();
    this.#lookups.track();
  }

  /** What has changed since the last time; null if nothing has. */
  takeChanges(): StateChanges | null {
    const cells = this.#cells.takeChanges();
    const lookups = this.#lookups.takeChanges();
    if (cells === null && lookups === null) return null;
    return {
      ...this.noChanges(),
      cells: cells?.cells ?? [],
      droppedCells: cells?.dropped ?? [],
      lookups: lookups?.lookups ?? [],
      droppedLookups: lookups?.dropped ?? [],
    };
  }

  /** What is said where nothing has changed. */
  noChanges(): StateChanges {
    const nextOrder = this.#cells.nextOrder;
    return { now: this.#now(), nextOrder, cells: [], droppedCells: [], lookups: [], droppedLookups: [] };
  }

  /** What was taken could not be kept: it is told again the next time. */
  giveBack(changes: Omit<StateChanges, 'now' | 'nextOrder'>): void {
    this.#rules.giveBack(changes);
    this.#lookups.giveBack(changes);
  }

  /** No rule has a place for these, or they are forgotten: it is told the next time that they are gone. */
  drop(cells: readonly CellName[], lookups: readonly LookupName[] = []): void {
    this.giveBack({ cells: [], lookups: [], droppedCells: cells, droppedLookups: lookups });
  }

  /** See Machine.restore. With `doubtAt` (epoch ms), what was pending begins anew then. */
  restore({ now, cells, lookups }: SavedState, doubtAt: number | null, later: CellsToCome | null): NamesLeft {
    this.#cells.stored.expect(later?.read ?? null, now);
    this.#cells.expect(later?.nextOrder ?? 0, doubtAt);
    return { cells: this.#rules.restore(cells), lookups: this.#lookups.restore(lookups) };
  }

  /** The rules whose cells `restore` must have, whatever comes later. */
  get impatient(): string[] {
    return this.#rules.impatient;
  }

  /**
   * Take up cells while there are messages already; gives back the names of those that no rule has a place for. Those of
   * which nothing is to come but by messages stay where they are kept: they are dormant.
   */
  adopt(cells: readonly SavedCell[]): CellName[] {
    return this.#rules.adopt(cells);
  }

  /** All cells that there are have been taken up, or stay. */
  complete(): void {
    this.#cells.stored.complete();
  }

  /** How many cells of a rule are dormant at `now`. */
  dormantOf(running: RunningRule, now: number): number {
    return this.#cells.stored.countOf(running, now);
  }

  /** Of cells as they are kept, those that are dormant at `now`. */
  dormantAmong(kept: readonly SavedCell[], now: number): SavedCell[] {
    const { stored } = this.#cells;
    return kept.filter((cell) => {
      const running = this.#rules.byId.get(cell.rule);
      return (
        running !== undefined &&
        stored.has(running) &&
        !running.cells.has(cell.key) &&
        running.ownCell?.key !== cell.key &&
        stored.mayStay(running, cell) &&
        !stored.isForgotten(running, cell, now)
      );
    });
  }

  /** The rules with dormant cells that others replace: take those cells up first, then call `awake`. */
  sleepersBefore(rules: readonly Rule[]): RunningRule[] {
    return this.#rules.sleepersBefore(rules);
  }

  /** Of cells of a rule as they are kept, take up those that are dormant at `now`; gives back the names of those that are forgotten. */
  wake(running: RunningRule, kept: readonly SavedCell[], now: number): CellName[] {
    return this.#rules.wake(running, kept, now);
  }

  awake(running: RunningRule): void {
    this.#cells.stored.clear(running);
  }

  /** The rules with many dormant cells that have expired by `now` and are still kept: and how many those are. */
  toSweep(now: number): readonly (readonly [RunningRule, number])[] {
    return this.#cells.stored.toSweep(now);
  }

  /** Of cells of a rule as they are kept, the ones that are to be kept no more. */
  sweep(running: RunningRule, kept: readonly SavedCell[], now: number): readonly CellName[] {
    return kept.filter((cell) => !running.cells.has(cell.key) && this.#cells.stored.isForgotten(running, cell, now));
  }

  /** So many of a rule have been swept out. */
  swept(running: RunningRule, count: number): void {
    this.#cells.stored.swept(running, count);
  }
}
