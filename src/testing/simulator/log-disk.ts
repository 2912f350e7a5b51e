import { deserialize, serialize } from 'node:v8';
import type { CellName, SavedCell } from '../../core/saved-state.ts';
import type { StateCommit, StateStore, StoredState } from '../../ports/state-store.ts';
import { MemoryStateStore } from '../memory-state-store.ts';

/** What outlives a process. */
export interface Disk extends Omit<StateStore, 'close'> {
  /** It takes as long as it likes: so that a seed is always the same run, whatever is under way comes to its end first. */
  readonly isReal: boolean;
  /** The process dies. With `share`, of the last commit only so much is there, from 0 up to, not with, 1. */
  crash(share: number | null): Promise<void>;
}

/**
 * As LevelDB has it, and simpler: commits are records in a log. When it is opened they are taken up one after the other, and
 * what is left of one that is cut does not count.
 */
export class LogDisk implements Disk {
  readonly isReal = false;
  readonly #tables = new MemoryStateStore();
  readonly #log: Buffer[] = [];
  readonly #done: number[] = [];

  constructor() {
    this.#tables.piece = 1;
  }

  async acquire(partition: number): Promise<StoredState> {
    for (const record of this.#log.splice(0).filter(isWhole))
      await this.#tables.commit(deserialize(record.subarray(4)) as StateCommit);
    this.#tables.noteDone(this.#done.splice(0));
    return this.#tables.acquire(partition);
  }

  /** What was committed since the process began is not there yet: of those cells nobody asks again. */
  cell(name: CellName): SavedCell | undefined {
    return this.#tables.cell(name);
  }

  cells(rule?: string): AsyncIterable<readonly SavedCell[]> {
    return this.#tables.cells(rule);
  }

  commit(commit: StateCommit): Promise<void> {
    const bytes = serialize(commit);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    this.#log.push(Buffer.concat([length, bytes]));
    return Promise.resolve();
  }

  noteDone(numbers: readonly number[]): void {
    this.#done.push(...numbers);
  }

  crash(share: number | null): Promise<void> {
    const last = this.#log.pop();
    if (last !== undefined) this.#log.push(share === null ? last : last.subarray(0, Math.floor(last.length * share)));
    return Promise.resolve();
  }
}

function isWhole(record: Buffer): boolean {
  return record.length >= 4 && record.readUInt32BE(0) === record.length - 4;
}
