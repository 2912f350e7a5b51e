import { inFreshProcess, interleaved } from '../fresh.ts';
import type { Options } from '../options.ts';
import { decimal, median, spread, times } from '../statistics.ts';
import type { Findings } from '../table.ts';

const KEYS = [100, 10_000, 100_000];

const HOLD = '  if: temperature > 30\n  for: 10m\n  log: hot\n';
const WINDOW = '  window: { tumbling: 5m }\n  aggregate: { mean: avg(temperature), high: max(temperature) }\n';

const RULES: Readonly<Record<string, string>> = {
  for: `- id: hot\n  on: plant/+line/+machine\n${HOLD}`,
  'a window': `- id: mean\n  on: plant/+line/+machine\n${WINDOW}  log: "\${mean} \${high}"\n`,
  'both in one rule': `- id: both\n  on: plant/+line/+machine\n${WINDOW}${HOLD.replace('temperature >', 'mean >')}`,
};

/** What a message costs, and what the keys hold, in rules with ever more keys. */
export async function keys({ built, quick, tell }: Options): Promise<Findings> {
  const cases = Object.keys(RULES).flatMap((rules) => KEYS.map((count) => ({ rules, count })));
  const results = await interleaved(cases, quick ? 1 : 5, ({ rules, count }) => {
    tell(`keys: ${rules}, ${decimal(count)}`);
    return inFreshProcess(built, 'keys', { rules: RULES[rules] ?? '', keys: count, seconds: quick ? 0.3 : 1 });
  });
  const nanoseconds = (rules: string, count: number): number[] =>
    [...results].flatMap(([one, measured]) =>
      one.rules === rules && one.count === count ? measured.map((each) => each.nanoseconds) : [],
    );
  const rows = [...results].map(([{ rules, count }, measured]) => [
    rules,
    decimal(count),
    times(median(nanoseconds(rules, count)) / median(nanoseconds(rules, KEYS[0] ?? 0))),
    spread(nanoseconds(rules, count), 0),
    spread(
      measured.map(({ heapMB }) => heapMB),
      1,
    ),
    decimal((median(measured.map(({ heapMB }) => heapMB)) * 1e6) / count),
  ]);
  return {
    tables: [
      {
        title: 'Keys: a rule with many of them',
        columns: ['the rule has', 'keys', 'to 100 keys', 'ns/message', 'heap, MB', 'B/key'],
        rows,
        note: 'Each key has a message a minute of virtual time, and each window ends within what is measured. The heap has the topics and the index in it.',
      },
    ],
    data: [...results].map(([one, measured]) => ({ ...one, measured })),
  };
}
