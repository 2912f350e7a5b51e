import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, spread } from '../statistics.ts';
import type { Findings } from '../table.ts';
import { yamlFile } from './rule-text.ts';

const RULES = 10_000;

const FORMS: Readonly<Record<string, () => Record<string, string>>> = {
  'one YAML file': () => ({ 'all.yaml': yamlFile(0, RULES) }),
  '100 YAML files': () =>
    Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [
        `part-${String(i).padStart(2, '0')}.yaml`,
        yamlFile((i * RULES) / 100, ((i + 1) * RULES) / 100),
      ]),
    ),
  'one JSON file': () => ({ 'all.json': JSON.stringify(parse(yamlFile(0, RULES)), null, 1) }),
};

/** From nothing to a compiled program of 10 000 rules, and a reload after a change to one file. */
export async function startup({ built, quick, tell }: Options): Promise<Findings> {
  const results = await interleaved(Object.keys(FORMS), quick ? 1 : 5, async (form) => {
    tell(`startup: ${form}`);
    const folder = mkdtempSync(join(tmpdir(), 'automate-bench-'));
    try {
      for (const [name, text] of Object.entries(FORMS[form]?.() ?? {})) writeFileSync(join(folder, name), text);
      return await inFreshProcess(built, 'startup', { folder });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  const rows = [...results].map(([form, measured]) => {
    const column = (value: (one: (typeof measured)[number]) => number): string => spread(measured.map(value), 0);
    return [
      form,
      column(({ loadMs }) => loadMs),
      column(({ startMs }) => startMs),
      column(({ startCpuMs }) => startCpuMs),
      column(({ reloadMs }) => reloadMs),
      column(({ reloadCpuMs }) => reloadCpuMs),
      column(({ rssMB }) => rssMB),
    ];
  });
  return {
    tables: [
      {
        title: `Start-up and reload with ${decimal(RULES)} rules`,
        columns: ['rules in', 'load, ms', 'start, ms', 'of it on the CPU', 'reload, ms', 'of it on the CPU', 'RSS, MB'],
        rows,
        note: 'Loading is reading, compiling and indexing; the start is from that of the process until it can take messages; "on the CPU" leaves out the time in which the main thread waited for a core. The reload follows a change to one rule.',
      },
    ],
    data: Object.fromEntries(results),
  };
}
