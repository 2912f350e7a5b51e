import type { CellName, SavedCell } from '../../core/saved-state.ts';
import { StoreFault, type StateCommit, type StateStore } from '../../ports/state-store.ts';
import { MemoryStateStore } from '../memory-state-store.ts';

interface Pending {
  readonly commit: StateCommit;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A store whose commits take as long as somebody says, and may fail: then nothing of them is kept. */
export class RiskyStore {
  readonly #disk = new MemoryStateStore();

  /** Cells are read so many at a time. */
  constructor(piece: number) {
    this.#disk.piece = piece;
  }
  #life: Life | null = null;

  /** The store as one process has it, until that dies. */
  life(): StateStore {
    this.#life = new Life(this.#disk);
    return this.#life;
  }

  /** The commit under way is written. */
  async write(): Promise<void> {
    const pending = this.#life?.take();
    if (pending === undefined) return;
    await this.#disk.commit(pending.commit);
    pending.resolve();
  }

  fail(): void {
    this.#life?.take()?.reject(new StoreFault('the state cannot be written, the disk is full'));
  }

  /** The process dies: what was under way is there or not, and nobody hears of it. */
  async crash(isWritten: boolean): Promise<void> {
    const pending = this.#life?.take();
    this.#life?.end();
    if (isWritten && pending !== undefined) await this.#disk.commit(pending.commit);
  }
}

class Life implements StateStore {
  readonly #disk: MemoryStateStore;
  #pending: Pending | undefined;
  #isOver = false;

  constructor(disk: MemoryStateStore) {
    this.#disk = disk;
  }

  acquire(partition: number): ReturnType<StateStore['acquire']> {
    return this.#disk.acquire(partition);
  }

  cell(name: CellName): SavedCell | undefined {
    return this.#disk.cell(name);
  }

  cells(rule?: string): AsyncIterable<readonly SavedCell[]> {
    return this.#disk.cells(rule);
  }

  commit(commit: StateCommit): Promise<void> {
    if (this.#isOver) return new Promise(() => {});
    if (this.#pending !== undefined) throw new Error('a commit begins while another is being written');
    return new Promise((resolve, reject) => {
      this.#pending = { commit: structuredClone(commit), resolve, reject };
    });
  }

  take(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending;
  }

  end(): void {
    this.#isOver = true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
