import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { levelStore } from '../../adapters/level/level-store.ts';
import type { CellName, SavedCell } from '../../core/saved-state.ts';
import type { StateCommit, StateStore, StoredState } from '../../ports/state-store.ts';
import type { Disk } from './log-disk.ts';

/** The real store, in a folder. What is cut is the end of the file that it writes to. */
export class LevelDisk implements Disk {
  readonly isReal = true;
  readonly #folder: string;
  #store: StateStore | null = null;
  /** The file that the last commit went to, and where it begins there. */
  #last: { readonly file: string; readonly start: number } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  acquire(partition: number): Promise<StoredState> {
    this.#store = levelStore(this.#folder);
    return this.#store.acquire(partition);
  }

  cell(name: CellName): SavedCell | undefined {
    return this.#store?.cell(name);
  }

  cells(rule?: string): AsyncIterable<readonly SavedCell[]> {
    return (this.#store as StateStore).cells(rule); // Whoever reads has acquired it.
  }

  async commit(commit: StateCommit): Promise<void> {
    const { file, size } = await this.#newestLog();
    this.#last = { file, start: size };
    await this.#store?.commit(commit);
  }

  noteDone(numbers: readonly number[]): void {
    this.#store?.noteDone(numbers);
  }

  async crash(share: number | null): Promise<void> {
    await this.#store?.close();
    this.#store = null;
    const last = this.#last;
    if (share === null || last === null) return;
    const { file, size } = await this.#newestLog();
    if (file === last.file) await truncate(file, last.start + Math.floor((size - last.start) * share));
  }

  async #newestLog(): Promise<{ readonly file: string; readonly size: number }> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.log')).toSorted();
    const file = join(this.#folder, names.at(-1) ?? '');
    return { file, size: (await stat(file)).size };
  }
}
