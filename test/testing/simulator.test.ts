import { test } from 'vitest';
import { shortest, simulate, STEPS } from '../../src/testing/simulator/simulate.ts';
import { runs } from '../property-runs.ts';

test('whatever happens to the process, the store and the connection, nothing is lost and nothing counted twice', async () => {
  for (let seed = 1; seed <= runs(300); seed++) {
    const verdict = await simulate(seed);
    if (verdict !== null) throw new Error(`seed ${seed}, after ${await shortest(seed)} of ${STEPS} steps: ${verdict}`);
  }
});
