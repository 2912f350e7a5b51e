/** The samples of a metrics page. */
export interface Scraped {
  readonly text: string;
  /** The sum over all samples of that name with these labels, or undefined if there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** The samples of a name by the value of a label. */
  by(name: string, label: string): Record<string, number>;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Read a page in Prometheus' text format. */
export function readMetrics(text: string): Scraped {
  const samples = text.split('\n').flatMap(sampleOf);
  const find = (name: string, labels: Readonly<Record<string, string>>): Sample[] =>
    samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  return {
    text,
    value: (name, labels = {}) => {
      const found = find(name, labels);
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
    by: (name, label) => {
      const sums: Record<string, number> = {};
      for (const { labels, value } of find(name, {}))
        sums[labels[label] ?? ''] = (sums[labels[label] ?? ''] ?? 0) + value;
      return sums;
    },
  };
}

function sampleOf(line: string): Sample[] {
  const [, name, labels = '', value] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
  if (name === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text]);
  return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
}
