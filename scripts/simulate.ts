import { parseArgs } from 'node:util';
import { shortest, simulate } from '../src/testing/simulator/simulate.ts';

// npm run simulate -- --seeds 1000 --from 1
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
});
const from = Number(values.from);
const seeds = Number(values.seeds);
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(seeds) || seeds < 1) {
  process.stderr.write('--seeds and --from are whole numbers\n');
  process.exit(2);
}
for (let seed = from; seed < from + seeds; seed++) {
  const verdict = await simulate(seed);
  if (verdict === null) continue;
  const steps = await shortest(seed);
  process.stdout.write(
    `seed ${seed}: ${verdict}\nafter ${steps} steps: ${(await simulate(seed, steps)) ?? 'nothing'}\n`,
  );
  process.exit(1);
}
process.stdout.write(`${seeds} seeds from ${from} on: everything held\n`);
