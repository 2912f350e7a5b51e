import type { HistogramReading } from '../../ports/readings.ts';
import type { Sample } from './metric.ts';

/** A histogram as Prometheus wants it: every bucket holds all that is in the smaller ones too. */
export function histogramSamples(name: string, { bounds, counts, sum }: HistogramReading): Sample[] {
  const samples: Sample[] = [];
  let total = 0;
  for (const [index, count] of counts.entries()) {
    total += count;
    const bound = bounds[index];
    const le = bound === undefined ? '+Inf' : String(bound);
    samples.push({ metricName: `${name}_bucket`, labels: { le }, value: total });
  }
  samples.push({ metricName: `${name}_sum`, labels: {}, value: sum });
  samples.push({ metricName: `${name}_count`, labels: {}, value: total });
  return samples;
}
