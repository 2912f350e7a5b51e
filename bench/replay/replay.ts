import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from '../built.ts';
import { interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, median, spread, times } from '../statistics.ts';
import type { Findings } from '../table.ts';
import { RULES, writeRecording } from './recording.ts';

interface Run {
  readonly seconds: number;
  readonly lines: number;
  /** Of all that was printed. */
  readonly digest: string;
}

/** How long `automate replay` takes for a recording, from the start of the process to its end. */
export async function replay({ quick, tell }: Options): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'automate-bench-'));
  try {
    const messages = quick ? 100_000 : 1_000_000;
    const [rules, recording] = [join(folder, 'rules.yaml'), join(folder, 'recording.ndjson')];
    writeFileSync(rules, RULES);
    writeRecording(recording, messages);
    const contestants: Readonly<Record<string, readonly string[]>> = {
      'reading it alone': [join(import.meta.dirname, '..', 'peers', 'read-recording.mjs'), recording],
      'automate replay': [PROGRAM, 'replay', '--rules', rules, recording],
    };
    const results = await interleaved(Object.keys(contestants), quick ? 1 : 3, (name) => {
      tell(`replay: ${name}`);
      return run(contestants[name] ?? [], folder);
    });
    const seconds = (name: string): number[] => (results.get(name) ?? []).map((one) => one.seconds);
    const base = median(seconds('reading it alone'));
    const rows = [...results].map(([name, runs]) => [
      name,
      times(median(seconds(name)) / base),
      spread(seconds(name), 1),
      decimal(runs[0]?.lines ?? 0),
      new Set(runs.map(({ digest }) => digest)).size === 1 ? 'the same' : 'DIFFERENT',
    ]);
    return {
      tables: [
        {
          title: `Replay: ${decimal(messages)} messages through ten rules of levels and windows`,
          columns: ['', 'to reading', 'seconds', 'lines printed', 'bytes printed each time'],
          rows,
          note: 'Reading it alone: the lines, one after the other, as JSON.',
        },
      ],
      data: [...results].map(([name, runs]) => ({ name, runs })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Run a script of Node to its end. */
function run(script: readonly string[], cwd: string): Promise<Run> {
  const began = performance.now();
  const child = spawn(process.execPath, script, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const hash = createHash('sha256');
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    for (const byte of chunk) if (byte === 10) lines++;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ seconds: (performance.now() - began) / 1000, lines, digest: hash.digest('hex') });
      else reject(new Error(`${script.join(' ')} ended with ${code}`));
    });
  });
}
