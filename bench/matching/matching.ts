import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, median, spread, times } from '../statistics.ts';
import type { Findings, Table } from '../table.ts';
import { WORK, type MatchingMeasurement } from './measure.ts';

const RULES = [10, 100, 1_000, 10_000, 100_000];
const TOPICS = [10, 100_000];
const TITLES = {
  match: 'looking up the rules of a topic',
  quiet: 'a message whose condition is false',
  firing: 'a message that fires',
};

/** What a message costs among ever more rules, of which it always reaches one. */
export async function matching({ built, quick, tell }: Options): Promise<Findings> {
  const results = await interleaved(RULES, quick ? 1 : 3, (rules) => {
    tell(`matching: ${decimal(rules)} rules`);
    return inFreshProcess(built, 'matching', { rules, topics: TOPICS, seconds: quick ? 0.2 : 0.8 });
  });
  const measured = (rules: number, topics: number, work: string): number[] =>
    (results.get(rules) ?? [])
      .flat()
      .flatMap((one: MatchingMeasurement) => (one.topics === topics && one.work === work ? [one.nanoseconds] : []));
  const tables = WORK.map((work): Table => {
    const rows = RULES.map((rules) => [
      decimal(rules),
      ...TOPICS.map((topics) => times(median(measured(rules, topics, work)) / median(measured(100, topics, work)))),
      ...TOPICS.map((topics) => spread(measured(rules, topics, work), 0)),
    ]);
    const columns = TOPICS.map((topics) => `${decimal(topics)} topics`);
    return {
      title: `Matching: ${TITLES[work]}`,
      columns: [
        'rules',
        ...columns.map((column) => `${column}, to 100 rules`),
        ...columns.map((column) => `${column}, ns`),
      ],
      rows,
    };
  });
  return { tables, data: Object.fromEntries(results) };
}
