import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Packr } from 'msgpackr';
import { describe, expect, onTestFinished, test } from 'vitest';
import { levelStore, type Sync } from '../../../src/adapters/level/level-store.ts';
import { MemoryStateStore } from '../../../src/testing/memory-state-store.ts';
import { StoreFault, type StateStore, type StoredState } from '../../../src/ports/state-store.ts';
import { cellsIn, commitOf, stateStoreContract } from '../../contracts/state-store.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'automate-level-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'state');
}

function stored(path: string, sync?: Sync): StateStore {
  const store = levelStore(path, sync);
  onTestFinished(() => store.close());
  return store;
}

for (const sync of ['commit', 'interval', 'off'] as const) {
  stateStoreContract(`LevelDB with \`sync: ${sync}\``, () => {
    const path = folder();
    const store = stored(path, sync);
    let current = store;
    return Promise.resolve({
      store,
      async anew() {
        await current.close();
        current = stored(path, sync);
        return current;
      },
    });
  });
}

stateStoreContract('memory', () => {
  const store = new MemoryStateStore();
  return Promise.resolve({ store, anew: () => Promise.resolve(store) });
});

test('what an earlier layout did not say is found out', async () => {
  const path = folder();
  const { ClassicLevel } = await import('classic-level');
  const db = new ClassicLevel<string, Uint8Array>(path, { valueEncoding: 'view' });
  const packr = new Packr({ useRecords: false });
  await db.put('m', packr.pack({ layout: 1, id: 'x', now: 5, nextEffect: 8 }));
  const old = (key: string, order: number) => ({ rule: 'r', key, order, touchedAt: 1, stages: [] });
  for (const [key, order] of [
    ['a', 4],
    ['b', 11],
    ['c', 2],
  ] as const)
    await db.put(`c\0r\0${key}`, packr.pack(old(key, order)));
  const effect = { type: 'http', url: 'http://a/' };
  await db.put('e\x0000000000007', packr.pack([{ number: 7, effect }]));
  await db.close();
  const store = stored(path);
  const first = await store.acquire(0);
  expect(first).toMatchObject({ id: 'x', now: 5, position: 0, nextOrder: 12, nextEffect: 8 });
  expect(first.effects).toEqual([{ number: 7, effect }]);
  await store.commit(commitOf(first, { nextOrder: 20, nextEffect: 9 }));
  await store.close();
  expect(await stored(path).acquire(0)).toMatchObject({ id: 'x', nextOrder: 20, nextEffect: 9 });
});

describe('a store that cannot be opened says what to do', () => {
  test('because another engine has it', async () => {
    const path = folder();
    await stored(path).acquire(0);
    const second = stored(path).acquire(0);
    await expect(second).rejects.toThrow(StoreFault);
    await expect(second).rejects.toThrow(/is in use by another engine: stop that one, or give this one another folder/);
  });

  test('because a newer version wrote it', async () => {
    const path = folder();
    const store = stored(path);
    await store.acquire(0);
    const { ClassicLevel } = await import('classic-level');
    await store.close();
    const db = new ClassicLevel<string, Uint8Array>(path, { valueEncoding: 'view' });
    const { LAYOUT } = await import('../../../src/adapters/level/records.ts');
    await db.put('m', new Packr().pack({ layout: LAYOUT + 1, id: 'x' }));
    await db.close();
    await expect(stored(path).acquire(0)).rejects.toThrow(/was written by a newer version of automate/);
  });

  test('because a file stands in its place', async () => {
    const path = folder();
    writeFileSync(path, '');
    await expect(stored(path).acquire(0)).rejects.toThrow(StoreFault);
  });

  test('because its files are damaged', async () => {
    const path = folder();
    const store = stored(path);
    await store.acquire(0);
    await store.close();
    for (const name of readdirSync(path)) if (name.startsWith('MANIFEST')) truncateSync(join(path, name), 3);
    await expect(stored(path).acquire(0)).rejects.toThrow(
      /is damaged \(.+\): restore it from a copy, or move the folder away/,
    );
  });
});

test('a record that is not as it was written is not taken for one', async () => {
  const path = folder();
  const store = stored(path);
  const held = await store.acquire(0);
  const cells = ['a', 'b'].map((key) => ({ rule: 'r', key, order: 0, touchedAt: 7, stages: [] }));
  await store.commit(commitOf(held, { now: 1, cells }));
  await store.close();
  const { ClassicLevel } = await import('classic-level');
  const db = new ClassicLevel<string, Uint8Array>(path, { valueEncoding: 'view' });
  const bytes = (await db.get('c\0r\0b')) ?? new Uint8Array();
  for (let i = 1; i < bytes.length; i++) {
    const damaged = bytes.map((byte, j) => (i === j ? byte ^ (1 << (i % 8)) : byte));
    await db.put('c\0r\0b', damaged);
    await db.close();
    const other = stored(path);
    await other.acquire(0);
    expect(other.cell({ rule: 'r', key: 'a' })).toEqual(cells[0]);
    const says = /is damaged \(Corruption: the record of "c\\u0000r\\u0000b" has changed\): restore it from a copy/;
    expect(() => other.cell({ rule: 'r', key: 'b' })).toThrow(says);
    await expect(cellsIn(other)).rejects.toThrow(says);
    await other.close();
    await db.open();
  }
  await db.put('c\0r\0c', bytes); // It is that of another key.
  await db.close();
  const other = stored(path);
  await other.acquire(0);
  expect(() => other.cell({ rule: 'r', key: 'c' })).toThrow(StoreFault);
});

test('what a copy of the folder holds while it is in use is whole', async () => {
  const path = folder();
  const store = stored(path);
  const held = await store.acquire(0);
  for (let n = 1; n <= 20; n++) {
    const cells = ['a', 'b'].map((key) => ({ rule: 'r', key, order: 0, touchedAt: n, stages: [] }));
    await store.commit(commitOf(held, { now: n, cells, nextEffect: n }));
    const copy = `${path}-${n}`;
    cpSync(path, copy, { recursive: true, filter: (name) => !name.endsWith('LOCK') });
    const copied = stored(copy);
    const { now, nextEffect } = await copied.acquire(0);
    expect([now, nextEffect, ...(await cellsIn(copied)).map(({ touchedAt }) => touchedAt)]).toEqual([n, n, n, n]);
  }
});

test('what is written after a write that failed half-way is there, whatever becomes of the engine', async () => {
  const path = folder();
  const script = new URL('torn-writes.mjs', import.meta.url).pathname;
  const module = new URL('../../../src/adapters/level/level-store.ts', import.meta.url).href;
  // No file may be larger than 256 KiB, as if the disk were full there: the write that would make it so is cut short.
  const command = `ulimit -f 256 && exec "${process.execPath}" --import "${import.meta.resolve('tsx')}" "${script}" "${path}" "${module}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeGreaterThan(0);
  const store = stored(path);
  const { now } = await store.acquire(0);
  expect(now).toBe(200);
  const found = (await cellsIn(store)).map(({ touchedAt }) => touchedAt).toSorted((a, b) => a - b);
  expect(found).toEqual(Array.from({ length: 20 }, (_, i) => 181 + i));
});

describe('what is noted as done', () => {
  const effects = [1, 2].map((number) => ({ number, effect: { type: 'http', url: 'http://a/' } as never }));
  const numbersOf = ({ effects }: StoredState): number[] => effects.map(({ number }) => number);

  test('counts only for whoever found the state as it was then', async () => {
    const path = folder();
    const store = stored(path);
    await store.commit(commitOf(await store.acquire(0), { effects }));
    store.noteDone([1]);
    await store.close();
    const noted = readFileSync(join(path, 'DONE'));
    const empty = stored(path);
    await empty.commit(commitOf(await empty.acquire(0), { effects })); // By the same numbers, as after an import.
    await empty.close();
    for (const bytes of [noted, noted.subarray(0, 7), Buffer.alloc(0)]) {
      writeFileSync(join(path, 'DONE'), bytes);
      const again = stored(path);
      expect(numbersOf(await again.acquire(0))).toEqual([1, 2]);
      await again.close();
    }
    rmSync(join(path, 'DONE'));
    expect(numbersOf(await stored(path).acquire(0))).toEqual([1, 2]);
  });

  test('takes no more room than 65 536 of them', async () => {
    const path = folder();
    const store = stored(path);
    await store.commit(commitOf(await store.acquire(0), { effects }));
    for (let n = 2; n < 200_000; n += 1000) store.noteDone(Array.from({ length: 1000 }, (_, i) => n + i));
    store.noteDone(Array.from({ length: 100_000 }, (_, i) => 200_000 + i));
    store.noteDone([1]);
    await store.close();
    expect(statSync(join(path, 'DONE')).size).toBe(40 + 8 * 65_536);
    expect(numbersOf(await stored(path).acquire(0))).toEqual([2]);
  });

  test('is told by the next commit if it cannot be', async () => {
    const path = folder();
    const store = stored(path);
    const held = await store.acquire(0);
    const file = readdirSync('/proc/self/fd').find((fd) => isAt(fd, join(path, 'DONE')));
    closeSync(Number(file));
    store.noteDone([1]);
    await expect(store.commit(commitOf(held, { effects }))).rejects.toThrow(StoreFault);
    await store.commit(commitOf(held, { effects }));
    const reopened = openSync(join(path, 'DONE'), 'r+');
    onTestFinished(() => (reopened === Number(file) ? undefined : closeSync(reopened)));
  });
});

function isAt(fd: string, path: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) === path;
  } catch {
    return false; // The folder itself was open while it was read.
  }
}

test('with `sync: interval` the disk has what was written when the second is over, and the latest of it', async () => {
  const path = folder();
  const store = stored(path, 'interval');
  const held = await store.acquire(0);
  const begun = performance.now();
  let n = 0;
  while (performance.now() - begun < 1200) await store.commit(commitOf(held, { now: ++n, nextEffect: n }));
  const closing = store.commit(commitOf(held, { now: ++n, nextEffect: n }));
  await Promise.all([closing, store.close()]);
  expect(await stored(path).acquire(0)).toMatchObject({ now: n, nextEffect: n });
});
