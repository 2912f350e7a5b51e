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
        marks: [{ broker: 'default', block: 1023, hashes: new Uint8Array([1, 0, 255]) }],
        nextEffect: 101,
      };
      await store.commit(commit);
      const stored = await (await anew()).open();
      expect(stored).toMatchObject({ id, now: 42, lookups: commit.lookups, nextEffect: 101 });
      expect(stored.marks.map((mark) => ({ ...mark, hashes: [...mark.hashes] }))).toEqual([
        { broker: 'default', block: 1023, hashes: [1, 0, 255] },
      ]);
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
      const marks = [{ broker: 'default', block: 0, hashes: new Uint8Array(8) }];
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

    test('has of many effects those that are not done, whatever is done together', async () => {
      const { store, anew } = await make();
      await store.open();
      const numbers = Array.from({ length: 300 }, (_, i) => i + 1);
      const kept = numbers.map((number) => ({ number, effect: effect(`t/${number}`) }));
      await store.commit({ ...NOTHING, effects: kept.slice(0, 200) });
      await store.commit({ ...NOTHING, effects: kept.slice(200), done: numbers.filter((n) => n < 150 && n % 7 !== 0) });
      const again = await anew();
      const left = numbers.filter((n) => n >= 150 || n % 7 === 0);
      expect((await again.open()).effects.map(({ number }) => number)).toEqual(left);
      await again.commit({ ...NOTHING, done: left.filter((n) => n !== 77) });
      expect((await (await anew()).open()).effects).toMatchObject([{ number: 77, effect: { topic: 't/77' } }]);
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
