import { nameOf, type CellName, type SavedCell, type SavedLookup } from '../core/saved-state.ts';
import {
  Fenced,
  type Fence,
  type KeptEffect,
  type MarkBlock,
  type StateCommit,
  type StateStore,
  type StoredState,
} from '../ports/state-store.ts';

/** A state store in memory, which lives on when an engine ends. Closed is all that it knows of failing: see `fail`. */
export class MemoryStateStore implements StateStore {
  readonly #cells = new Map<string, SavedCell>();
  readonly #lookups = new Map<string, SavedLookup>();
  readonly #effects = new Map<number, KeptEffect>();
  readonly #marks = new Map<string, MarkBlock>();
  #fence: Fence = { partition: 0, epoch: 0 };
  #position = 0;
  #now = 0;
  #nextOrder = 0;
  #nextEffect = 1;
  /** When set, commits reject with it, and so does reading cells. */
  fault: Error | null = null;
  commits = 0;
  /** How many cells are read together. */
  piece = 1000;

  acquire(partition: number): Promise<StoredState> {
    this.#fence = { partition, epoch: this.#fence.epoch + 1 };
    return Promise.resolve(
      structuredClone({
        fence: this.#fence,
        id: 'memory',
        position: this.#position,
        now: this.#now,
        nextOrder: this.#nextOrder,
        nextEffect: this.#nextEffect,
        lookups: [...this.#lookups.values()],
        effects: [...this.#effects.values()].sort((a, b) => a.number - b.number),
        marks: [...this.#marks.values()],
      }),
    );
  }

  cell({ rule, key }: CellName): SavedCell | undefined {
    if (this.fault !== null) throw this.fault;
    return structuredClone(this.#cells.get(nameOf(rule, key)));
  }

  async *cells(rule?: string): AsyncGenerator<readonly SavedCell[]> {
    const all = structuredClone([...this.#cells.values()].filter((cell) => rule === undefined || cell.rule === rule));
    for (let i = 0; i < all.length; i += this.piece) {
      await Promise.resolve();
      if (this.fault !== null) throw this.fault;
      yield all.slice(i, i + this.piece);
    }
  }

  commit(commit: StateCommit): Promise<void> {
    const { partition, epoch } = this.#fence;
    if (commit.fence.partition !== partition || commit.fence.epoch !== epoch)
      return Promise.reject(new Fenced('the state is in use by another engine now'));
    const copy = structuredClone(commit);
    if (this.fault !== null) return Promise.reject(this.fault);
    if (copy.after !== this.#position) return Promise.reject(new Fenced('the state is not as this engine has left it'));
    this.commits++;
    this.#position = copy.position;
    this.#now = copy.now;
    this.#nextOrder = copy.nextOrder;
    this.#nextEffect = copy.nextEffect;
    for (const { rule, key } of copy.droppedCells) this.#cells.delete(nameOf(rule, key));
    for (const { lookup, bound, open } of copy.droppedLookups) this.#lookups.delete(`${lookup}\0${bound}\0\0${open}`);
    for (const number of copy.done) this.#effects.delete(number);
    for (const { broker, block } of copy.droppedMarks) this.#marks.delete(`${broker}\0${block}`);
    for (const cell of copy.cells) this.#cells.set(nameOf(cell.rule, cell.key), cell);
    for (const one of copy.lookups) this.#lookups.set(`${one.lookup}\0${one.bound}\0\0${one.open}`, one);
    for (const kept of copy.effects) this.#effects.set(kept.number, kept);
    for (const mark of copy.marks) this.#marks.set(`${mark.broker}\0${mark.block}`, mark);
    return Promise.resolve();
  }

  noteDone(numbers: readonly number[]): void {
    for (const number of numbers) this.#effects.delete(number);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
