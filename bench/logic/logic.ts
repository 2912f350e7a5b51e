import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, median, spread, times } from '../statistics.ts';
import type { Findings } from '../table.ts';
import type { LogicContestant } from './measure.ts';

const CONTESTANTS: readonly LogicContestant[] = ['json-logic-js', 'automate'];

/** Conditions against json-logic-js: evaluations for each second of CPU, and memory. */
export async function logic({ built, quick, tell }: Options): Promise<Findings> {
  const rows: string[][] = [];
  const data: unknown[] = [];
  for (const rules of [1, 200, 10_000]) {
    tell(`logic: ${decimal(rules)} rules`);
    const results = await interleaved(CONTESTANTS, quick ? 1 : 5, (contestant) =>
      inFreshProcess(built, 'logic', { contestant, rules, seconds: quick ? 0.5 : 2 }),
    );
    const [theirs = [], ours = []] = CONTESTANTS.map((contestant) => results.get(contestant));
    const [verdict, ...others] = new Set([...theirs, ...ours].map(({ verdicts }) => verdicts));
    if (others.length > 0) throw new Error(`the contestants disagree: ${[verdict, ...others].join(', ')} rules hold`);
    const rate = (measured: typeof ours): number => median(measured.map(({ perSecond }) => perSecond));
    const rates = (measured: typeof ours): string =>
      spread(
        measured.map(({ perSecond }) => perSecond / 1e6),
        2,
      );
    const bytes = (measured: typeof ours): string =>
      rules === 1 ? '–' : decimal(median(measured.map(({ bytesPerRule }) => bytesPerRule)));
    rows.push([
      decimal(rules),
      times(rate(ours) / rate(theirs)),
      rates(ours),
      rates(theirs),
      bytes(ours),
      bytes(theirs),
    ]);
    data.push({ rules, automate: ours, 'json-logic-js': theirs });
  }
  return {
    tables: [
      {
        title: 'Conditions, against json-logic-js',
        columns: [
          'distinct rules',
          'ratio',
          'automate, M/s',
          'json-logic-js, M/s',
          'automate, B/rule',
          'json-logic-js, B/rule',
        ],
        rows,
        note: 'Evaluations per second of CPU; median (least–most) over fresh processes in turn. The bytes of json-logic-js are those of the parsed JSON.',
      },
    ],
    data,
  };
}
