import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { median, spread, times } from '../statistics.ts';
import type { Findings } from '../table.ts';
import type { PayloadContestant } from './measure.ts';
import { PAYLOADS, type PayloadKind } from './payloads.ts';

const CONTESTANTS: readonly PayloadContestant[] = ['JSON.parse', 'automate'];

/** What it costs to make data of a payload, against JSON.parse. */
export async function payload({ built, quick, tell }: Options): Promise<Findings> {
  const rows: string[][] = [];
  const data: unknown[] = [];
  for (const kind of Object.keys(PAYLOADS) as PayloadKind[]) {
    tell(`payload: ${kind}`);
    const results = await interleaved(CONTESTANTS, quick ? 1 : 5, (contestant) =>
      inFreshProcess(built, 'payload', { contestant, kind, seconds: quick ? 0.2 : 1 }),
    );
    const [theirs = [], ours = []] = CONTESTANTS.map((contestant) => results.get(contestant));
    rows.push([kind, times(median(theirs) / median(ours)), spread(ours, 0), spread(theirs, 0)]);
    data.push({ kind, 'JSON.parse': theirs, automate: ours });
  }
  return {
    tables: [
      {
        title: 'Payloads, against JSON.parse',
        columns: ['an object of', 'ratio', 'automate, ns', 'JSON.parse, ns'],
        rows,
        note: 'From bytes to data, each payload among others of its kind. Both give the same, which the run checks.',
      },
    ],
    data,
  };
}
