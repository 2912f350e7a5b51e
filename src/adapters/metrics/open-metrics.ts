import { Registry, type Metric, type OpenMetricsContentType } from 'prom-client';

/**
 * Everything in a registry as OpenMetrics. The registry stays as it is: prom-client would rename its counters, for the
 * next scrape in the other format too, if it were asked for OpenMetrics itself.
 */
export async function openMetrics(registry: Registry): Promise<string> {
  const view = new Registry<OpenMetricsContentType>();
  view.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  // What it holds are metrics; the declared type leaves their `get` out.
  const metrics = registry.getMetricsAsArray() as unknown as readonly Metric[];
  // As above: this is all that a registry needs of a metric.
  for (const metric of metrics) view.registerMetric(new MetricView(metric) as unknown as Metric);
  return await view.metrics();
}

type Values = Awaited<ReturnType<Metric['get']>>;

class MetricView {
  readonly #metric: Metric;
  /** The registry takes `_total` off a counter's name here, and puts it back at each sample. */
  name: string;
  readonly type: unknown;

  constructor(metric: Metric) {
    this.#metric = metric;
    // Every metric has these two; prom-client declares them for what `get` answers only.
    const { name, type } = metric as unknown as { name: string; type: unknown };
    this.name = name;
    this.type = type;
  }

  async get(): Promise<Values> {
    const metric = await this.#metric.get();
    return { ...metric, name: this.name, values: metric.values.map(withCanonicalBound) };
  }
}

/** A bound is a float there, with its point: `1.0`. */
function withCanonicalBound<T extends Values['values'][number]>(sample: T): T {
  const bound: unknown = sample.labels['le'];
  if (bound === undefined || !Number.isInteger(Number(bound))) return sample;
  return { ...sample, labels: { ...sample.labels, le: `${String(bound)}.0` } };
}
