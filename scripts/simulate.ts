import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LevelDisk } from '../src/testing/simulator/level-disk.ts';
import { shortest, simulate, STEPS } from '../src/testing/simulator/simulate.ts';

// npm run simulate -- --seeds 1000 --from 1; with --level over the real store
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    level: { type: 'boolean', default: false },
  },
});
const from = Number(values.from);
const seeds = Number(values.seeds);
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(seeds) || seeds < 1) {
  process.stderr.write('--seeds and --from are whole numbers\n');
  process.exit(2);
}
const run = async (seed: number, steps = STEPS): Promise<string | null> => {
  if (!values.level) return (await simulate(seed, steps)).verdict;
  const folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  const { verdict } = await simulate(seed, steps, new LevelDisk(folder));
  await rm(folder, { recursive: true });
  return verdict;
};
for (let seed = from; seed < from + seeds; seed++) {
  const verdict = await run(seed);
  if (verdict === null) continue;
  const steps = await shortest(seed, run);
  process.stdout.write(`seed ${seed}: ${verdict}\nafter ${steps} steps: ${(await run(seed, steps)) ?? 'nothing'}\n`);
  process.exit(1);
}
process.stdout.write(`${seeds} seeds from ${from} on: everything held\n`);
