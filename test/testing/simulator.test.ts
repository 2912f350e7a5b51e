import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LevelDisk } from '../../src/testing/simulator/level-disk.ts';
import { type Run, shortest, simulate, STEPS } from '../../src/testing/simulator/simulate.ts';
import { runs } from '../property-runs.ts';

async function overLevel(seed: number): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  const run = await simulate(seed, STEPS, new LevelDisk(folder));
  await rm(folder, { recursive: true });
  return run;
}

test('whatever happens to the process, the store, the connection and the clock, nothing is lost and nothing counted twice', async () => {
  for (let seed = 1; seed <= runs(200); seed++) {
    const { verdict } = await simulate(seed);
    if (verdict !== null) throw new Error(`seed ${seed}, after ${await shortest(seed)} of ${STEPS} steps: ${verdict}`);
  }
});

test('so it is over the real store, of whose files the end is cut off', async () => {
  for (let seed = 1; seed <= runs(5); seed++)
    expect({ seed, verdict: (await overLevel(seed)).verdict }).toEqual({ seed, verdict: null });
});

test('a seed is always the same run', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { transcript } = await simulate(seed);
    expect(transcript).not.toBe('');
    expect((await simulate(seed)).transcript).toBe(transcript);
  }
  expect((await overLevel(1)).transcript).toBe((await overLevel(1)).transcript);
});
