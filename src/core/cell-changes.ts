import type { Cell } from './running-rule.ts';
import { nameOf, type CellName } from './saved-state.ts';

/** Which cells have changed, and which are gone, since somebody asked; nothing until `track`. */
export class CellChanges {
  #changed: Set<Cell> | null = null;
  readonly #dropped = new Map<string, CellName>();

  /** Begin, with these as changed. */
  track(cells: Iterable<Cell>): void {
    this.#changed ??= new Set(cells);
  }

  add(cell: Cell): void {
    if (this.#changed === null) return;
    this.#changed.add(cell);
    if (this.#dropped.size > 0) this.#dropped.delete(nameOf(cell.owner.rule.id, cell.key));
  }

  /** A cell is as it was saved. */
  forget(cell: Cell): void {
    this.#changed?.delete(cell);
  }

  drop(cell: Cell): void {
    if (this.#changed === null) return;
    this.#changed.delete(cell);
    this.dropName(cell.owner.rule.id, cell.key);
  }

  dropName(rule: string, key: string): void {
    this.#dropped.set(nameOf(rule, key), { rule, key });
  }

  /** What has changed since the last time; null if nothing has. */
  take<T>(saved: (cell: Cell) => T): { readonly cells: T[]; readonly dropped: CellName[] } | null {
    if (this.#changed === null || (this.#changed.size === 0 && this.#dropped.size === 0)) return null;
    const changes = { cells: Array.from(this.#changed, saved), dropped: [...this.#dropped.values()] };
    this.#changed.clear();
    this.#dropped.clear();
    return changes;
  }
}
