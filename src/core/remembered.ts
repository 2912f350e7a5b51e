import type { Cells } from './cells.ts';
import type { RunningLookups } from './running-lookups.ts';
import type { Cell } from './running-rule.ts';
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

  /** See Machine.restore. With `doubtAt` (epoch ms), what was pending begins anew then. */
  restore({ cells, lookups }: SavedState, doubtAt: number | null, later: CellsToCome | null): NamesLeft {
    this.#cells.expect(later?.read ?? null, later?.nextOrder ?? 0, doubtAt);
    return { cells: this.#rules.restore(cells), lookups: this.#lookups.restore(lookups) };
  }

  /** The rules whose cells `restore` must have, whatever comes later. */
  get impatient(): string[] {
    return this.#rules.impatient;
  }

  /** Take up cells while there are messages already; gives back the names of those that no rule has a place for. */
  adopt(cells: readonly SavedCell[]): CellName[] {
    return this.#rules.adopt(cells);
  }

  /** All cells that there are have been taken up. */
  complete(): void {
    this.#cells.complete();
  }
}
