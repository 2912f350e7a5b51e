import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Processor time, memory, open files, garbage collection and the lag of the event loop, under prom-client's names. */
export function registerProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  // Gauges named like counters, which Prometheus' own linter rejects. They only sum what is there by type.
  for (const kind of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${kind}_total`);
}
