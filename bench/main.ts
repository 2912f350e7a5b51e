/** `npm run bench -- [logic|payload|matching|keys|startup|restart|replay|job|all] [--quick] [--node-red] [--json file]`; see docs/performance.md. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from './built.ts';
import { job } from './job/job.ts';
import { logic } from './logic/logic.ts';
import { matching } from './matching/matching.ts';
import { keys } from './keys/keys.ts';
import type { Options } from './options.ts';
import { payload } from './payload/payload.ts';
import { restart } from './restart/restart.ts';
import { replay } from './replay/replay.ts';
import { startup } from './startup/startup.ts';
import { formatTable, type Findings } from './table.ts';

const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<Findings>>> = {
  logic,
  payload,
  matching,
  keys,
  startup,
  restart,
  replay,
  job,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'node-red': { type: 'boolean', default: false },
  },
});
const asked = positionals.length === 0 || positionals.includes('all') ? Object.keys(BENCHMARKS) : positionals;
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}: choose from ${Object.keys(BENCHMARKS).join(', ')}, all`);
  process.exit(2);
}

const options: Options = {
  built: build(),
  quick: values.quick,
  nodeRed: values['node-red'],
  tell: (message) => console.error(`… ${message}`),
};
const data: Record<string, unknown> = {
  at: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${process.platform}, Node ${process.version}`,
  quick: values.quick,
};
if (values.json !== '-') console.log(`${String(data['machine'])}${values.quick ? '; quick: not to be quoted' : ''}\n`);
for (const name of asked) {
  const findings = await BENCHMARKS[name]?.(options);
  data[name] = findings?.data;
  if (values.json !== '-') for (const table of findings?.tables ?? []) console.log(`${formatTable(table)}\n`);
}
if (values.json === '-') console.log(JSON.stringify(data));
else if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(data, null, 2)}\n`);
