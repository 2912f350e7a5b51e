import type { Metric, Registry } from 'prom-client';

/** The labels of a sample: names to values. */
export type Labels = Readonly<Record<string, string>>;

/** One line of the page: a value with its labels. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** When it is not the metric's own: `…_bucket`. */
  readonly metricName?: string;
}

/** A metric whose numbers are kept elsewhere and read when somebody scrapes. */
export interface MetricReader {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What it means, in a sentence. */
  readonly help: string;
  readonly read: () => readonly Sample[];
}

/** Make the registry show these metrics, in this order. */
export function register(registry: Registry, readers: readonly MetricReader[]): void {
  for (const reader of readers) registry.registerMetric(asMetric(reader));
}

/** The one sample of a metric without labels. */
export function single(value: number): Sample[] {
  return [{ labels: {}, value }];
}

/** One sample for each entry, in the order of the record. */
export function byLabel(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function asMetric({ name, type, help, read }: MetricReader): Metric {
  const metric = {
    name,
    type,
    help,
    get: () => Promise.resolve({ name, type, help, aggregator: 'sum', values: read() }),
  };
  // A registry needs no more than this of a metric, but its types ask for one of the library's own classes.
  return metric as unknown as Metric;
}
