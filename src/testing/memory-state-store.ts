import type { SavedCell, SavedLookup } from '../core/saved-state.ts';
import type { KeptEffect, MarkBlock, StateCommit, StateStore, StoredState } from '../ports/state-store.ts';

/** A state store in memory, which lives on when an engine ends. Closed is all that it knows of failing: see `fail`. */
export class MemoryStateStore implements StateStore {
  readonly #cells = new Map<string, SavedCell>();
  readonly #lookups = new Map<string, SavedLookup>();
  readonly #effects = new Map<number, KeptEffect>();
  readonly #marks = new Map<string, MarkBlock>();
  #now = 0;
  #nextEffect = 1;
  /** When set, commits reject with it. */
  fault: Error | null = null;
  commits = 0;

  open(): Promise<StoredState> {
    return Promise.resolve(
      structuredClone({
        id: 'memory',
        now: this.#now,
        nextEffect: this.#nextEffect,
        cells: [...this.#cells.values()],
        lookups: [...this.#lookups.values()],
        effects: [...this.#effects.values()].sort((a, b) => a.number - b.number),
        marks: [...this.#marks.values()],
      }),
    );
  }

  commit(commit: StateCommit): Promise<void> {
    const copy = structuredClone(commit);
    if (this.fault !== null) return Promise.reject(this.fault);
    this.commits++;
    this.#now = copy.now;
    this.#nextEffect = copy.nextEffect;
    for (const { rule, key } of copy.droppedCells) this.#cells.delete(`${rule}\0${key}`);
    for (const { lookup, bound, open } of copy.droppedLookups) this.#lookups.delete(`${lookup}\0${bound}\0\0${open}`);
    for (const number of copy.done) this.#effects.delete(number);
    for (const { broker, block } of copy.droppedMarks) this.#marks.delete(`${broker}\0${block}`);
    for (const cell of copy.cells) this.#cells.set(`${cell.rule}\0${cell.key}`, cell);
    for (const one of copy.lookups) this.#lookups.set(`${one.lookup}\0${one.bound}\0\0${one.open}`, one);
    for (const kept of copy.effects) this.#effects.set(kept.number, kept);
    for (const mark of copy.marks) this.#marks.set(`${mark.broker}\0${mark.block}`, mark);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
