import { describe, expect, test } from 'vitest';
import type { SavedCell } from '../../src/core/saved-state.ts';
import { Fenced, type Fence, type StateCommit, type StateStore } from '../../src/ports/state-store.ts';

const NOTHING: Omit<StateCommit, 'fence'> = {
  after: 0,
  position: 0,
  now: 0,
  nextOrder: 0,
  cells: [],
  droppedCells: [],
  lookups: [],
  droppedLookups: [],
  effects: [],
  done: [],
  marks: [],
  droppedMarks: [],
  nextEffect: 1,
};

const cell = (key: string, state: unknown = { n: 1 }) =>
  ({ rule: 'r', key, order: 3, touchedAt: 1_700_000_000_000, stages: [['memory', 'memory/1', state]] }) as const;
const effect = (topic: string) =>
  ({
    type: 'publish',
    rule: 'r',
    key: 'k',
    at: 5,
    broker: 'default',
    topic,
    payload: 'ü',
    qos: 1,
    retain: false,
    hops: 1,
    properties: { correlationData: new Uint8Array([1, 2]), user: { a: ['b', 'c'] } },
  }) as const;

/** A commit of what is given, and of nothing else; of the state as it is at first. */
export function commitOf({ fence }: { readonly fence: Fence }, parts: Partial<StateCommit>): StateCommit {
  return { ...NOTHING, fence, ...parts };
}

/** All cells of a store, in order of their keys. */
export async function cellsIn(store: StateStore, rule?: string): Promise<SavedCell[]> {
  const cells: SavedCell[] = [];
  for await (const piece of store.cells(rule)) cells.push(...piece);
  return cells.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** What every store of state does. `anew` ends whoever has it, as a crash would, and opens it again. */
export function stateStoreContract(
  name: string,
  make: () => Promise<{ readonly store: StateStore; anew(): Promise<StateStore> }>,
): void {
  describe(`${name}, as a store of state`, () => {
    test('is empty at first, with an id', async () => {
      const { store } = await make();
      const stored = await store.acquire(0);
      expect(stored).toMatchObject({ position: 0, now: 0, nextOrder: 0, nextEffect: 1 });
      expect([stored.lookups, stored.effects, stored.marks, await cellsIn(store)]).toEqual([[], [], [], []]);
      expect(stored.id).not.toBe('');
    });

    test('gives back what was committed, whoever acquires it', async () => {
      const { store, anew } = await make();
      const before = await store.acquire(0);
      const commit = commitOf(before, {
        now: 42,
        position: 7,
        nextOrder: 9,
        cells: [cell('a'), cell('b/ü', { list: [null, true, -0.5, Number.MAX_SAFE_INTEGER, 'x'], deep: { er: {} } })],
        lookups: [{ lookup: 'l', bound: 'x', open: 'y/z', value: { a: [1] }, at: 7 }],
        effects: [10, 9, 100].map((number) => ({ number, effect: effect(`t/${number}`) })),
        marks: [{ broker: 'default', block: 1023, hashes: new Uint8Array([1, 0, 255]) }],
        nextEffect: 101,
      });
      await store.commit(commit);
      const again = await anew();
      const stored = await again.acquire(0);
      const { id } = before;
      expect(stored).toMatchObject({
        id,
        now: 42,
        position: 7,
        nextOrder: 9,
        lookups: commit.lookups,
        nextEffect: 101,
      });
      expect(stored.marks.map((mark) => ({ ...mark, hashes: [...mark.hashes] }))).toEqual([
        { broker: 'default', block: 1023, hashes: [1, 0, 255] },
      ]);
      expect(await cellsIn(again)).toEqual(commit.cells);
      expect(stored.effects.map(({ number }) => number)).toEqual([9, 10, 100]);
      expect(stored.effects[1]?.effect).toMatchObject({
        topic: 't/10',
        payload: 'ü',
        properties: { user: { a: ['b', 'c'] } },
      });
    });

    test('reads one cell, or those of a rule, as they were committed', async () => {
      const { store } = await make();
      const held = await store.acquire(0);
      const others = ['q', 'r2', 'r\u0001', 's'].map((rule) => ({ ...cell('a'), rule }));
      const many = Array.from({ length: 2_500 }, (_, i) => cell(`k${10_000 + i}`, { n: i }));
      await store.commit(commitOf(held, { cells: [...others, ...many, cell('')] }));
      expect(store.cell({ rule: 'r', key: 'k10007' })).toEqual(cell('k10007', { n: 7 }));
      expect(store.cell({ rule: 'r', key: 'a' })).toBeUndefined();
      expect(await cellsIn(store, 'r')).toEqual([cell(''), ...many]);
      expect(await cellsIn(store, 'x')).toEqual([]);
      expect(await cellsIn(store)).toHaveLength(2_505);
    });

    test('takes no commit of one that held it before, or of another state', async () => {
      const { store, anew } = await make();
      const before = await store.acquire(0);
      await store.commit(commitOf(before, { position: 3 }));
      const again = await anew();
      const now = await again.acquire(0);
      expect(now.fence.epoch).toBeGreaterThan(before.fence.epoch);
      const cells = [cell('a')];
      const inVain = [
        commitOf(before, { after: 3, position: 4, cells }),
        commitOf({ fence: { ...now.fence, partition: 1 } }, { after: 3, position: 4, cells }),
        commitOf(now, { after: 2, position: 4, cells }),
      ];
      for (const commit of inVain) await expect(again.commit(commit)).rejects.toThrow(Fenced);
      expect(await cellsIn(again)).toEqual([]);
      await again.commit(commitOf(now, { after: 3, position: 4, cells }));
      expect(await cellsIn(again)).toEqual(cells);
    });

    test('drops what is dropped, and has what is there again', async () => {
      const { store, anew } = await make();
      const held = await store.acquire(0);
      const effects = [{ number: 1, effect: effect('t') }];
      const marks = [{ broker: 'default', block: 0, hashes: new Uint8Array(8) }];
      const lookup = { lookup: 'l', bound: '', open: 'y', value: 1, at: 7 };
      await store.commit(commitOf(held, { cells: [cell('a'), cell('b')], lookups: [lookup], effects, marks }));
      await store.commit(
        commitOf(held, {
          droppedCells: [cell('a'), cell('b')],
          cells: [cell('b', { n: 2 })],
          droppedLookups: [lookup],
          done: [1],
          droppedMarks: marks,
        }),
      );
      const again = await anew();
      const { lookups, effects: left, marks: known } = await again.acquire(0);
      expect(await cellsIn(again)).toEqual([cell('b', { n: 2 })]);
      expect([lookups, left, known]).toEqual([[], [], []]);
    });

    test('has of many effects those that are not done, whatever is done together', async () => {
      const { store, anew } = await make();
      const held = await store.acquire(0);
      const numbers = Array.from({ length: 300 }, (_, i) => i + 1);
      const kept = numbers.map((number) => ({ number, effect: effect(`t/${number}`) }));
      await store.commit(commitOf(held, { effects: kept.slice(0, 200) }));
      const done = numbers.filter((n) => n < 150 && n % 7 !== 0);
      await store.commit(commitOf(held, { effects: kept.slice(200), done }));
      const again = await anew();
      const left = numbers.filter((n) => n >= 150 || n % 7 === 0);
      const stored = await again.acquire(0);
      expect(stored.effects.map(({ number }) => number)).toEqual(left);
      await again.commit(commitOf(stored, { done: left.filter((n) => n !== 77) }));
      expect((await (await anew()).acquire(0)).effects).toMatchObject([{ number: 77, effect: { topic: 't/77' } }]);
    });

    test('does not have what was noted as done, before any commit tells', async () => {
      const { store, anew } = await make();
      const held = await store.acquire(0);
      const kept = [1, 2, 3, 4, 5, 6, 7].map((number) => ({ number, effect: effect(`t/${number}`) }));
      await store.commit(commitOf(held, { effects: kept.slice(0, 6) }));
      store.noteDone([2, 5]);
      store.noteDone([]);
      store.noteDone([6]);
      await store.commit(commitOf(held, { done: [2] }));
      store.noteDone([1]);
      const again = await anew();
      const stored = await again.acquire(0);
      expect(stored.effects.map(({ number }) => number)).toEqual([3, 4]);
      await again.commit(commitOf(stored, { done: [3], effects: kept.slice(6) }));
      const last = await (await anew()).acquire(0);
      expect(last.effects.map(({ number }) => number)).toEqual([4, 7]);
    });

    test('reads what it is given before it returns', async () => {
      const { store, anew } = await make();
      const held = await store.acquire(0);
      const state = { n: 1 };
      const committed = store.commit(commitOf(held, { cells: [cell('a', state)] }));
      state.n = 2;
      await committed;
      const again = await anew();
      await again.acquire(0);
      expect(await cellsIn(again)).toEqual([cell('a', { n: 1 })]);
    });
  });
}
