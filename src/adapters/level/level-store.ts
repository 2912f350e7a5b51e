import { randomUUID } from 'node:crypto';
import { ClassicLevel } from 'classic-level';
import type { SavedCell, SavedLookup } from '../../core/saved-state.ts';
import {
  Fenced,
  StoreFault,
  type Fence,
  type KeptEffect,
  type MarkBlock,
  type StateCommit,
  type StateStore,
  type StoredState,
} from '../../ports/state-store.ts';
import { DoneFile } from './done-file.ts';
import { faultOf } from './fault.ts';
import { type EffectRecord, EffectGroups } from './effect-groups.ts';
import { Queue } from './queue.ts';
import {
  cellAt,
  cellsOf,
  LAYOUT,
  lookupAt,
  markAt,
  META,
  NOTHING,
  put,
  unpack,
  type Meta,
  type Operation,
} from './records.ts';

/**
 * When what is committed is on the disk: before the commit resolves; every second; or when the system likes. It is with the
 * system in any case, so that only a loss of power can lose it.
 */
export type Sync = 'commit' | 'interval' | 'off';

/** With `interval`, how often. Milliseconds. */
const INTERVAL = 1000;

/** How many cells are read together. */
const PIECE = 250;

/** What a store says of itself that has never been written to. */
const NEW: Meta = { layout: LAYOUT, id: '', epoch: 0, position: 0, now: 0, nextOrder: 0, nextEffect: 1, writer: '' };

/** A store in a folder of its own (LevelDB): each commit is one batch. */
export function levelStore(folder: string, sync: Sync = 'commit'): StateStore {
  const db = new ClassicLevel<string, Uint8Array>(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
  const queue = new Queue(db, folder);
  const doneFile = new DoneFile(folder);
  let groups = new EffectGroups([]);
  let meta = NEW;
  let fence: Fence = { partition: 0, epoch: 0 };
  let timer: NodeJS.Timeout | null = null;
  /** What came of a write that nobody waited for, for the next commit to tell. */
  let fault: StoreFault | null = null;
  /** Whatever is written to the disk takes all before it along: here it is nothing. */
  const flush = async (): Promise<void> => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    await queue.write([{ type: 'del', key: NOTHING }], true);
  };
  const flushLater = (): void => {
    timer ??= setTimeout(() => {
      flush().catch((error: unknown) => {
        fault = faultOf(error, folder);
      });
    }, INTERVAL);
  };

  return {
    async acquire(partition) {
      try {
        await db.open();
      } catch (error) {
        throw faultOf(error, folder);
      }
      try {
        const { records, ...found } = await readAll(db, folder);
        groups = new EffectGroups(records);
        const done = new Set(doneFile.read(found.meta.writer));
        const { operations, settle } = groups.plan([], [...done]);
        meta = { ...found.meta, layout: LAYOUT, epoch: found.meta.epoch + 1, writer: randomUUID() };
        fence = { partition, epoch: meta.epoch };
        await queue.write([...operations, put(META, meta)], sync === 'commit'); // Whoever cannot write here had better know it now.
        settle();
        doneFile.begin(meta.writer);
        const { id, position, now, nextOrder, nextEffect } = meta;
        const effects = found.effects.filter(({ number }) => !done.has(number));
        return { ...found, effects, fence, id, position, now, nextOrder, nextEffect };
      } catch (error) {
        doneFile.close();
        await db.close();
        throw faultOf(error, folder);
      }
    },
    cell(name) {
      try {
        const key = cellAt(name);
        const bytes = db.getSync(key);
        return bytes === undefined ? undefined : (unpack(key, bytes) as SavedCell); // As `operationsOf` writes it.
      } catch (error) {
        throw faultOf(error, folder);
      }
    },
    async *cells(rule) {
      const { gte, lt } = cellsOf(rule);
      let range: { readonly gte: string } | { readonly gt: string } = { gte };
      for (;;) {
        const piece = await queue.read({ ...range, lt, limit: PIECE });
        const end = piece.at(-1);
        if (end === undefined) return;
        yield cellsIn(piece, folder);
        range = { gt: end[0] };
      }
    },
    async commit(commit) {
      refuse(commit, fence, meta, folder);
      const { now, position, nextOrder, nextEffect } = commit;
      const next: Meta = { ...meta, now, position, nextOrder, nextEffect };
      const { operations, settle } = groups.plan(commit.effects, commit.done);
      const batch = [...operationsOf(commit), ...operations, put(META, next)];
      const earlier = fault;
      fault = null;
      if (earlier !== null) throw earlier;
      await queue.write(batch, sync === 'commit');
      meta = next;
      settle();
      if (sync === 'interval') flushLater();
    },
    noteDone(numbers) {
      try {
        doneFile.note(numbers);
      } catch (error) {
        fault = faultOf(error, folder);
      }
    },
    async close() {
      try {
        await queue.drained();
        await flush();
      } finally {
        doneFile.close();
        await db.close();
      }
    },
  };
}

function cellsIn(piece: readonly [string, Uint8Array][], folder: string): SavedCell[] {
  try {
    return piece.map(([key, bytes]) => unpack(key, bytes) as SavedCell); // As `operationsOf` writes it.
  } catch (error) {
    throw faultOf(error, folder);
  }
}

/** A commit of somebody who does not hold the state, or of a state that is not this one. */
function refuse({ fence, after }: StateCommit, held: Fence, { position }: Meta, folder: string): void {
  const isHeld = fence.partition === held.partition && fence.epoch === held.epoch;
  if (!isHeld) throw new Fenced(`the state in ${folder} is in use by another engine now`);
  if (after !== position) throw new Fenced(`the state in ${folder} is not as this engine has left it`);
}

interface Read extends Pick<StoredState, 'lookups' | 'effects' | 'marks'> {
  readonly meta: Meta;
  readonly records: readonly EffectRecord[];
}

/** All but the cells. */
async function readAll(db: ClassicLevel<string, Uint8Array>, folder: string): Promise<Read> {
  const bytes = await db.get(META);
  // As `commit` writes it; an older one may have less.
  const kept = bytes === undefined ? { id: randomUUID().slice(0, 8) } : (unpack(META, bytes) as Partial<Meta>);
  if ((kept.layout ?? 0) > LAYOUT) {
    throw new StoreFault(
      `the state in ${folder} was written by a newer version of automate: run that one, or give another folder with --state`,
    );
  }
  const nextOrder = kept.nextOrder ?? (await firstFreeOrder(db));
  const lookups: SavedLookup[] = [];
  const records: EffectRecord[] = [];
  const marks: MarkBlock[] = [];
  for await (const [key, value] of db.iterator({ gte: cellsOf().lt })) {
    const record = unpack(key, value); // Of each kind as `operationsOf` writes it: nobody else writes there.
    if (key.startsWith('l')) lookups.push(record as SavedLookup);
    else if (key.startsWith('e')) records.push({ key, effects: record as KeptEffect[] });
    else if (key.startsWith('i')) marks.push(record as MarkBlock);
  }
  const effects = records.flatMap((record) => record.effects).sort((a, b) => a.number - b.number);
  return { meta: { ...NEW, ...kept, nextOrder }, records, lookups, effects, marks };
}

/** What layout 1 did not say: there all cells are looked at. */
async function firstFreeOrder(db: ClassicLevel<string, Uint8Array>): Promise<number> {
  let next = 0;
  for await (const [key, value] of db.iterator(cellsOf()))
    next = Math.max(next, (unpack(key, value) as SavedCell).order + 1);
  return next;
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
