import { traceOf } from '../../core/caught.ts';
import type { Verdict } from './ledger.ts';
import { type Disk, LogDisk } from './log-disk.ts';
import { Random } from './random.ts';
import { World } from './world.ts';

/** Things that happen in one run before everything is let come to its end. */
export const STEPS = 150;

/** What comes of a seed. */
export interface Run {
  readonly verdict: Verdict;
  /** What the engine published, and when. */
  readonly transcript: string;
}

/** One run of an engine whose process, store, connection and clock fail as the seed will have it. */
export async function simulate(seed: number, steps = STEPS, disk: Disk = new LogDisk()): Promise<Run> {
  const world = new World(new Random(seed), disk);
  let verdict: Verdict;
  try {
    await world.begin();
    for (let i = 0; i < steps; i++) await world.step();
    await world.finish();
    verdict = await world.verdict();
  } catch (error) {
    verdict = traceOf(error);
  }
  return { verdict, transcript: world.transcript };
}

/** The fewest steps of a seed after which something does not hold. */
export async function shortest(seed: number, run = inMemory): Promise<number> {
  for (let steps = 1; steps < STEPS; steps++) if ((await run(seed, steps)) !== null) return steps;
  return STEPS;
}

async function inMemory(seed: number, steps: number): Promise<Verdict> {
  return (await simulate(seed, steps)).verdict;
}
