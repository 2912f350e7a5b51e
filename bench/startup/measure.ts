import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleFolder } from '../../src/adapters/files/rule-folder.ts';
import { compileFolder } from '../../src/compile/folder.ts';
import { Machine } from '../../src/core/machine.ts';
import { Program } from '../../src/core/program.ts';
import { PLAY_SETTINGS } from '../../src/testing/play.ts';

export interface StartupMeasurement {
  readonly rules: number;
  /** From the start of the process until it has a compiled program. Milliseconds. */
  readonly startMs: number;
  /** Of that, what reading, compiling and indexing the rules takes. */
  readonly loadMs: number;
  /** The same without the time in which something else had the core. */
  readonly startCpuMs: number;
  /** A reload after a change to the last file. Milliseconds, and without the time in which something else had the core. */
  readonly reloadMs: number;
  readonly reloadCpuMs: number;
  readonly rssMB: number;
}

const NOTHING_AROUND = { env: () => undefined, file: () => new Error('no files here') };

/** Start and reload with the rules of a folder; the folder is changed. */
export async function measureStartup({ folder }: { readonly folder: string }): Promise<StartupMeasurement> {
  const begun = performance.now();
  const source = ruleFolder(folder);
  const compiled = compileFolder(await source.read(), new Map(), PLAY_SETTINGS, NOTHING_AROUND);
  const machine = new Machine(new Program(compiled.rules));
  const started = [performance.now(), ownMilliseconds()] as const;
  const error = compiled.problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new Error(`${error.file}:${error.line} ${error.code}: ${error.message}`);

  change(join(folder, readdirSync(folder).sort().at(-1) ?? ''));
  const before = [performance.now(), ownMilliseconds()] as const;
  const again = compileFolder(await source.read(), compiled.running, PLAY_SETTINGS, NOTHING_AROUND);
  machine.swap(new Program(again.rules));
  return {
    rules: again.rules.length,
    startMs: started[0],
    loadMs: started[0] - begun,
    startCpuMs: started[1],
    reloadMs: performance.now() - before[0],
    reloadCpuMs: ownMilliseconds() - before[1],
    rssMB: process.memoryUsage.rss() / 1e6,
  };
}

/** Another threshold in the last rule of a file. */
function change(path: string): void {
  const text = readFileSync(path, 'utf8');
  const threshold = text.lastIndexOf('temperature > ');
  if (threshold === -1) throw new Error(`${path} has no threshold to change`);
  const at = threshold + 'temperature > '.length;
  writeFileSync(path, `${text.slice(0, at)}9${text.slice(at)}`);
}

/** What the scheduler has given to the main thread so far; NaN where that is not known. */
function ownMilliseconds(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}
