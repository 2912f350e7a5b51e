import { randomUUID } from 'node:crypto';
import { ClassicLevel } from 'classic-level';
import type { SavedCell, SavedLookup } from '../../core/saved-state.ts';
import {
  StoreFault,
  type KeptEffect,
  type MarkBlock,
  type StateCommit,
  type StateStore,
  type StoredState,
} from '../../ports/state-store.ts';
import { faultOf } from './fault.ts';
import { type EffectRecord, EffectGroups } from './effect-groups.ts';
import { cellAt, LAYOUT, lookupAt, markAt, META, NOTHING, put, unpack, type Meta, type Operation } from './records.ts';

/**
 * When what is committed is on the disk: before the commit resolves; every second; or when the system likes. It is with the
 * system in any case, so that only a loss of power can lose it.
 */
export type Sync = 'commit' | 'interval' | 'off';

/** With `interval`, how often. Milliseconds. */
const INTERVAL = 1000;

/** A store in a folder of its own (LevelDB): each commit is one batch. */
export function levelStore(folder: string, sync: Sync = 'commit'): StateStore {
  const db = new ClassicLevel<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
  let groups = new EffectGroups([]);
  let meta: Meta = { layout: LAYOUT, id: '', now: 0, nextEffect: 1 };
  let timer: NodeJS.Timeout | null = null;
  /** What came of writing to the disk by the timer, for the next commit to tell. */
  let fault: StoreFault | null = null;

  /** A write has failed, which may have left a part of it behind. */
  let isTorn = false;

  const writeNow = async (operations: Operation[], toDisk: boolean): Promise<void> => {
    try {
      if (isTorn) await reopen(db);
      isTorn = false;
      await batchOf(db, operations).write({ sync: toDisk });
    } catch (error) {
      isTorn = true;
      throw faultOf(error, folder);
    }
  };
  let last: Promise<void> = Promise.resolve();
  /** One after the other, so that nothing is written behind a write that is failing. */
  const write = (operations: Operation[], toDisk: boolean): Promise<void> => {
    const written = last.then(() => writeNow(operations, toDisk));
    last = written.catch(() => {});
    return written;
  };
  /** Whatever is written to the disk takes all before it along: here it is nothing. */
  const flush = async (): Promise<void> => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    await write([{ type: 'del', key: NOTHING }], true);
  };
  const flushLater = (): void => {
    timer ??= setTimeout(() => {
      flush().catch((error: unknown) => {
        fault = error instanceof StoreFault ? error : faultOf(error, folder);
      });
    }, INTERVAL);
  };

  return {
    async open() {
      try {
        await db.open();
      } catch (error) {
        throw faultOf(error, folder);
      }
      try {
        const { stored, records } = await readAll(db, folder);
        meta = { ...meta, id: stored.id };
        groups = new EffectGroups(records);
        return stored;
      } catch (error) {
        await db.close();
        throw error instanceof StoreFault ? error : faultOf(error, folder);
      }
    },
    async commit(commit) {
      const { now, nextEffect } = commit;
      const next: Meta = { ...meta, now, nextEffect };
      const { operations, settle } = groups.plan(commit.effects, commit.done);
      const batch = [...operationsOf(commit), ...operations, put(META, next)];
      const earlier = fault;
      fault = null;
      if (earlier !== null) throw earlier;
      await write(batch, sync === 'commit');
      meta = next;
      settle();
      if (sync === 'interval') flushLater();
    },
    async close() {
      try {
        await last;
        await flush();
      } finally {
        await db.close();
      }
    },
  };
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

async function readAll(
  db: ClassicLevel<string, Uint8Array>,
  folder: string,
): Promise<{ readonly stored: StoredState; readonly records: readonly EffectRecord[] }> {
  const cells: SavedCell[] = [];
  const lookups: SavedLookup[] = [];
  const records: EffectRecord[] = [];
  const marks: MarkBlock[] = [];
  let meta: Meta = { layout: LAYOUT, id: randomUUID().slice(0, 8), now: 0, nextEffect: 1 };
  for await (const [key, value] of db.iterator()) {
    const record = unpack(value); // Of each kind as `operationsOf` writes it: nobody else writes there.
    if (key.startsWith('c')) cells.push(record as SavedCell);
    else if (key.startsWith('l')) lookups.push(record as SavedLookup);
    else if (key.startsWith('e')) records.push({ key, effects: record as KeptEffect[] });
    else if (key.startsWith('i')) marks.push(record as MarkBlock);
    else if (key === META) meta = record as Meta;
  }
  if (meta.layout > LAYOUT) {
    throw new StoreFault(
      `the state in ${folder} was written by a newer version of automate: run that one, or give another folder with --state`,
    );
  }
  const { id, now, nextEffect } = meta;
  const effects = records.flatMap((record) => record.effects).sort((a, b) => a.number - b.number);
  return { stored: { id, now, nextEffect, cells, lookups, effects, marks }, records };
}

/** What is gone comes first: a name that is dropped and there again is there. */
function* operationsOf(commit: StateCommit): Generator<Operation> {
  for (const name of commit.droppedCells) yield { type: 'del', key: cellAt(name) };
  for (const name of commit.droppedLookups) yield { type: 'del', key: lookupAt(name) };
  for (const mark of commit.droppedMarks) yield { type: 'del', key: markAt(mark) };
  for (const cell of commit.cells) yield put(cellAt(cell), cell);
  for (const one of commit.lookups) yield put(lookupAt(one), one);
  for (const mark of commit.marks) yield put(markAt(mark), mark);
}
