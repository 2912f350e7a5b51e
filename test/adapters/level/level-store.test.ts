import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { levelStore, type Sync } from '../../../src/adapters/level/level-store.ts';
import { MemoryStateStore } from '../../../src/testing/memory-state-store.ts';
import { StoreFault, type StateStore } from '../../../src/ports/state-store.ts';
import { stateStoreContract } from '../../contracts/state-store.ts';

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

describe('a store that cannot be opened says what to do', () => {
  test('because another engine has it', async () => {
    const path = folder();
    await stored(path).open();
    const second = stored(path).open();
    await expect(second).rejects.toThrow(StoreFault);
    await expect(second).rejects.toThrow(/is in use by another engine: stop that one, or give this one another folder/);
  });

  test('because a newer version wrote it', async () => {
    const path = folder();
    const store = stored(path);
    await store.open();
    const { ClassicLevel } = await import('classic-level');
    await store.close();
    const db = new ClassicLevel<string, Uint8Array>(path, { valueEncoding: 'view' });
    const { pack } = await import('../../../src/adapters/level/records.ts');
    await db.put('m', pack({ layout: 2, id: 'x', now: 1, nextEffect: 1 }));
    await db.close();
    await expect(stored(path).open()).rejects.toThrow(/was written by a newer version of automate/);
  });

  test('because a file stands in its place', async () => {
    const path = folder();
    writeFileSync(path, '');
    await expect(stored(path).open()).rejects.toThrow(StoreFault);
  });

  test('because its files are damaged', async () => {
    const path = folder();
    const store = stored(path);
    await store.open();
    await store.close();
    for (const name of readdirSync(path)) if (name.startsWith('MANIFEST')) truncateSync(join(path, name), 3);
    await expect(stored(path).open()).rejects.toThrow(
      /is damaged \(.+\): restore it from a copy, or move the folder away/,
    );
  });
});

test('what a copy of the folder holds while it is in use is whole', async () => {
  const path = folder();
  const store = stored(path);
  await store.open();
  const nothing = {
    droppedCells: [],
    lookups: [],
    droppedLookups: [],
    effects: [],
    done: [],
    marks: [],
    droppedMarks: [],
  };
  for (let n = 1; n <= 20; n++) {
    const cells = ['a', 'b'].map((key) => ({ rule: 'r', key, order: 0, touchedAt: n, stages: [] }));
    await store.commit({ ...nothing, now: n, cells, nextEffect: n });
    const copy = `${path}-${n}`;
    cpSync(path, copy, { recursive: true, filter: (name) => !name.endsWith('LOCK') });
    const { now, nextEffect, cells: found } = await stored(copy).open();
    expect([now, nextEffect, ...found.map(({ touchedAt }) => touchedAt)]).toEqual([n, n, n, n]);
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
  const { now, cells } = await stored(path).open();
  expect(now).toBe(200);
  const found = cells.map(({ touchedAt }) => touchedAt).toSorted((a, b) => a - b);
  expect(found).toEqual(Array.from({ length: 20 }, (_, i) => 181 + i));
});

test('with `sync: interval` the disk has what was written when the second is over, and the latest of it', async () => {
  const path = folder();
  const store = stored(path, 'interval');
  await store.open();
  const nothing = {
    droppedCells: [],
    lookups: [],
    droppedLookups: [],
    effects: [],
    done: [],
    marks: [],
    droppedMarks: [],
  };
  const begun = performance.now();
  let n = 0;
  while (performance.now() - begun < 1200) await store.commit({ ...nothing, now: ++n, nextEffect: n, cells: [] });
  const closing = store.commit({ ...nothing, now: ++n, nextEffect: n, cells: [] });
  await Promise.all([closing, store.close()]);
  expect(await stored(path).open()).toMatchObject({ now: n, nextEffect: n });
});
