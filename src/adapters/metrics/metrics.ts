import { Registry } from 'prom-client';
import type { Readings } from '../../ports/readings.ts';
import { prefersOpenMetrics } from './accept.ts';
import { brokerMetrics } from './broker-metrics.ts';
import { buildInfo } from './build-info.ts';
import { messageMetrics } from './message-metrics.ts';
import { register } from './metric.ts';
import { openMetrics } from './open-metrics.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { reloadMetrics } from './reload-metrics.ts';
import { ruleMetrics } from './rule-metrics.ts';

/** A page of metrics, to be sent as it is. */
export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

/** The metrics of an engine, as a page to be scraped. */
export interface Metrics {
  /** More metrics may be added; its own are read from the engine at each scrape. */
  readonly registry: Registry;
  /** The page in the format that an `Accept` header asks for. */
  render(accept: string | undefined): Promise<MetricsPage>;
}

/** Everything the engine counts, for Prometheus. Nothing is done for it while messages are handled. */
export function metrics(readings: Readings, info: { readonly version: string }): Metrics {
  const registry = new Registry();
  register(registry, [
    buildInfo(info.version),
    ...brokerMetrics(readings),
    ...messageMetrics(readings),
    ...ruleMetrics(readings),
    ...reloadMetrics(readings),
  ]);
  registerProcessMetrics(registry);
  return {
    registry,
    render: async (accept) =>
      prefersOpenMetrics(accept)
        ? { contentType: Registry.OPENMETRICS_CONTENT_TYPE, body: await openMetrics(registry) }
        : { contentType: registry.contentType, body: await registry.metrics() },
  };
}
