import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Measured, MeasurementName, Parameters } from './measure.ts';

/** Take a measurement in a process of its own, in which nothing else has taught the JIT compiler anything. */
export async function inFreshProcess<N extends MeasurementName>(
  built: string,
  name: N,
  parameters: Parameters<N>,
): Promise<Measured<N>> {
  const script = join(built, 'bench', 'measure.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', script, name, JSON.stringify(parameters)],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout) as Measured<N>; // What `measure` prints for this name.
}

/** Call `measure` for each contestant in turn, so many times: what the machine does meanwhile hits all of them alike. */
export async function interleaved<C, R>(
  contestants: readonly C[],
  rounds: number,
  measure: (contestant: C) => Promise<R>,
): Promise<Map<C, R[]>> {
  const results = new Map<C, R[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) results.get(contestant)?.push(await measure(contestant));
  }
  return results;
}
