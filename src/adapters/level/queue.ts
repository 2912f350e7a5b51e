import type { ClassicLevel } from 'classic-level';
import { faultOf } from './fault.ts';
import type { Operation } from './records.ts';

/** Records between two places, the first so many of them. */
interface ReadRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt: string;
  readonly limit: number;
}

/**
 * Writes to a database and reads of several records, one after the other: nothing is written behind a write that is failing,
 * and nothing is read while the database is opened anew. They fail with a StoreFault.
 */
export class Queue {
  readonly #db: ClassicLevel<string, Uint8Array>;
  readonly #folder: string;
  #last: Promise<void> = Promise.resolve();
  /** A write has failed, which may have left a part of it behind. */
  #isTorn = false;

  constructor(db: ClassicLevel<string, Uint8Array>, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  /** All of it or nothing; `toDisk`: resolves when it is on the disk. */
  write(operations: Operation[], toDisk: boolean): Promise<void> {
    const written = this.#last.then(() => this.#write(operations, toDisk));
    this.#last = written.catch(() => {});
    return written;
  }

  /** In the order of their keys. */
  read(range: ReadRange): Promise<[string, Uint8Array][]> {
    const piece = this.#last.then(() => this.#read(range));
    this.#last = piece.then(
      () => {},
      () => {},
    );
    return piece;
  }

  /** Resolves when all that is asked for by now has been done, or has failed. */
  drained(): Promise<void> {
    return this.#last;
  }

  async #write(operations: readonly Operation[], toDisk: boolean): Promise<void> {
    try {
      if (this.#isTorn) await reopen(this.#db);
      this.#isTorn = false;
      await batchOf(this.#db, operations).write({ sync: toDisk });
    } catch (error) {
      this.#isTorn = true;
      throw faultOf(error, this.#folder);
    }
  }

  async #read(range: ReadRange): Promise<[string, Uint8Array][]> {
    try {
      return await this.#db.iterator(range).all();
    } catch (error) {
      throw faultOf(error, this.#folder);
    }
  }
}

/** All of it together. Given to LevelDB one by one they cost a fraction of what they do as a list, of which each is copied. */
function batchOf(db: ClassicLevel<string, Uint8Array>, operations: readonly Operation[]): ReturnType<typeof db.batch> {
  const batch = db.batch();
  for (const operation of operations) {
    if (operation.type === 'put') batch.put(operation.key, operation.value);
    else batch.del(operation.key);
  }
  return batch;
}

/**
 * LevelDB goes on writing behind what is left of a write that has failed, and reads no further than that when it is opened:
 * all of it would be lost. Opened anew, it begins a new file.
 */
async function reopen(db: ClassicLevel<string, Uint8Array>): Promise<void> {
  await db.close();
  await db.open();
}
