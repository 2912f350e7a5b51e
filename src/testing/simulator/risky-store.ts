import type { CellName, SavedCell } from '../../core/saved-state.ts';
import { StoreFault, type StateCommit, type StateStore, type StoredState } from '../../ports/state-store.ts';
import type { Disk } from './log-disk.ts';
import type { Random } from './random.ts';

interface Pending {
  readonly commit: StateCommit;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A store whose commits take as long as somebody says, and may fail: then nothing of them is kept. */
export class RiskyStore {
  readonly #disk: Disk;
  #life: Life | null = null;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  get isReal(): boolean {
    return this.#disk.isReal;
  }

  get isWriting(): boolean {
    return this.#life?.isWriting ?? false;
  }

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

  /** From now on, a piece of cells is read when somebody says so. */
  slow(): void {
    this.#life?.slow();
  }

  get isReading(): boolean {
    return this.#life?.isReading ?? false;
  }

  /** The next piece of cells is read. */
  read(): void {
    this.#life?.readOn();
  }

  fail(): void {
    this.#life?.take()?.reject(new StoreFault('the state cannot be written, the disk is full'));
  }

  /** The process dies: what was under way is there, or not, or some of it, and nobody hears of it. */
  async crash(random: Random): Promise<void> {
    const pending = this.#life?.take();
    this.#life?.end();
    const isBegun = pending !== undefined && !random.once(3);
    if (isBegun) await this.#disk.commit(pending.commit);
    await this.#disk.crash(isBegun && random.once(2) ? random.next() : null);
  }

  /** What is there when nobody writes any more. */
  async left(): Promise<StoredState> {
    await this.#disk.crash(null);
    return this.#disk.acquire(0);
  }
}

class Life implements StateStore {
  readonly #disk: Disk;
  #pending: Pending | undefined;
  #isOver = false;
  #isSlow = false;
  #readOn: (() => void) | null = null;
  /** There are cells yet to be read. */
  isReading = false;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  get isWriting(): boolean {
    return this.#pending !== undefined;
  }

  acquire(partition: number): Promise<StoredState> {
    return this.#disk.acquire(partition);
  }

  cell(name: CellName): SavedCell | undefined {
    return this.#disk.cell(name);
  }

  /** All is read at once, and given piece by piece: how long reading takes is not for the disk to say. */
  async *cells(rule?: string): AsyncGenerator<readonly SavedCell[]> {
    const pieces: (readonly SavedCell[])[] = [];
    for await (const piece of this.#disk.cells(rule)) pieces.push(piece);
    this.isReading = true;
    for (const piece of pieces) {
      if (this.#isSlow) await new Promise<void>((resolve) => (this.#readOn = resolve));
      yield piece;
    }
    if (this.#isSlow) await new Promise<void>((resolve) => (this.#readOn = resolve));
    this.isReading = false;
  }

  slow(): void {
    this.#isSlow = true;
  }

  readOn(): void {
    const readOn = this.#readOn;
    this.#readOn = null;
    readOn?.();
  }

  commit(commit: StateCommit): Promise<void> {
    if (this.#isOver) return new Promise(() => {});
    if (this.#pending !== undefined) throw new Error('a commit begins while another is being written');
    return new Promise((resolve, reject) => {
      this.#pending = { commit: structuredClone(commit), resolve, reject };
    });
  }

  noteDone(numbers: readonly number[]): void {
    if (!this.#isOver) this.#disk.noteDone(numbers);
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
