import { deserialize, serialize } from 'node:v8';
import type { StateCommit, StoredState } from '../../ports/state-store.ts';
import { MemoryStateStore } from '../memory-state-store.ts';

/** What outlives a process. */
export interface Disk {
  /** It takes as long as it likes: so that a seed is always the same run, whatever is under way comes to its end first. */
  readonly isReal: boolean;
  /** A process begins: what is there. */
  open(): Promise<StoredState>;
  commit(commit: StateCommit): Promise<void>;
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

  async open(): Promise<StoredState> {
    for (const record of this.#log.splice(0).filter(isWhole))
      await this.#tables.commit(deserialize(record.subarray(4)) as StateCommit);
    return this.#tables.open();
  }

  commit(commit: StateCommit): Promise<void> {
    const bytes = serialize(commit);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    this.#log.push(Buffer.concat([length, bytes]));
    return Promise.resolve();
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
