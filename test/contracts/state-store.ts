import { describe, expect, test } from 'vitest';
import type { StateCommit, StateStore } from '../../src/ports/state-store.ts';

const NOTHING: StateCommit = {
  now: 0,
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

/** What every store of state does. `anew` ends whoever has it, as a crash would, and opens it again. */
export function stateStoreContract(
  name: string,
  make: () => Promise<{ readonly store: StateStore; anew(): Promise<StateStore> }>,
): void {
  describe(`${name}, as a store of state`, () => {
    test('is empty at first, with an id', async () => {
      const { store } = await make();
      const stored = await store.open();
      expect(stored).toMatchObject({ now: 0, cells: [], lookups: [], effects: [], marks: [], nextEffect: 1 });
      expect(stored.id).not.toBe('');
    });

    test('gives back what was committed, whoever opens it', async () => {
      const { store, anew } = await make();
      const { id } = await store.open();
      const commit: StateCommit = {
        ...NOTHING,
        now: 42,
        cells: [cell('a'), cell('b/ü', { list: [null, true, -0.5, Number.MAX_SAFE_INTEGER, 'x'], deep: { er: {} } })],
        lookups: [{ lookup: 'l', bound: 'x', open: 'y/z', value: { a: [1] }, at: 7 }],
        effects: [10, 9, 100].map((number) => ({ number, effect: effect(`t/${number}`) })),
        marks: [{ broker: 'default', packetId: 65_535, hash: 'h' }],
        nextEffect: 101,
      };
      await store.commit(commit);
      const stored = await (await anew()).open();
      expect(stored).toMatchObject({ id, now: 42, lookups: commit.lookups, marks: commit.marks, nextEffect: 101 });
      expect(stored.cells.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(commit.cells);
      expect(stored.effects.map(({ number }) => number)).toEqual([9, 10, 100]);
      expect(stored.effects[1]?.effect).toMatchObject({
        topic: 't/10',
        payload: 'ü',
        properties: { user: { a: ['b', 'c'] } },
      });
    });

    test('drops what is dropped, and has what is there again', async () => {
      const { store, anew } = await make();
      await store.open();
      const effects = [{ number: 1, effect: effect('t') }];
      const marks = [{ broker: 'default', packetId: 1, hash: 'h' }];
      const lookup = { lookup: 'l', bound: '', open: 'y', value: 1, at: 7 };
      await store.commit({ ...NOTHING, cells: [cell('a'), cell('b')], lookups: [lookup], effects, marks });
      await store.commit({
        ...NOTHING,
        droppedCells: [cell('a'), cell('b')],
        cells: [cell('b', { n: 2 })],
        droppedLookups: [lookup],
        done: [1],
        droppedMarks: marks,
      });
      const { cells, lookups, effects: left, marks: known } = await (await anew()).open();
      expect(cells).toEqual([cell('b', { n: 2 })]);
      expect([lookups, left, known]).toEqual([[], [], []]);
    });

    test('reads what it is given before it returns', async () => {
      const { store, anew } = await make();
      await store.open();
      const state = { n: 1 };
      const committed = store.commit({ ...NOTHING, cells: [cell('a', state)] });
      state.n = 2;
      await committed;
      expect((await (await anew()).open()).cells).toEqual([cell('a', { n: 1 })]);
    });
  });
}
