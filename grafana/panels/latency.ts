import { Seconds } from '@grafana/grafana-foundation-sdk/units';
import { dashed, graph, heatmap, orangeThenRed, type Row } from '../panel.ts';
import { ofEngine, perSecond } from '../query.ts';

/** How long it takes. */
export function latency(): Row {
  return {
    title: 'Latency',
    panels: [
      graph({
        title: 'From arrival to effect',
        description:
          'How long a message takes from its arrival until what the rules made of it is handed over. Above the red line people notice: see Inbox, CPU and ' +
          'Event-loop lag for whether the engine is busy or something holds it up.',
        unit: Seconds,
        series: percentiles('automate_message_duration_seconds'),
        width: 8,
      })
        .thresholds(orangeThenRed(0.1, 1))
        .thresholdsStyle(dashed()),
      heatmap({
        title: 'Messages by duration',
        description:
          'The same, all messages. Two bands are two kinds of messages or a pause now and then; a band that climbs is a backlog: see Inbox.',
        unit: Seconds,
        series: { '{{le}}': `sum by (le) (${perSecond(ofEngine('automate_message_duration_seconds_bucket'))})` },
        width: 8,
      }),
      graph({
        title: 'Commit',
        description:
          'How long it takes to save what a batch of messages changed. Empty while state is kept in memory. Above the red line the disk holds the rules up: ' +
          'see what else writes to it.',
        unit: Seconds,
        series: percentiles('automate_commit_duration_seconds'),
        width: 8,
      })
        .thresholds(orangeThenRed(0.1, 1))
        .thresholdsStyle(dashed()),
    ],
  };
}

function percentiles(histogram: string): Record<string, string> {
  const buckets = `sum by (le) (${perSecond(ofEngine(`${histogram}_bucket`))})`;
  return {
    p50: `histogram_quantile(0.5, ${buckets})`,
    p95: `histogram_quantile(0.95, ${buckets})`,
    p99: `histogram_quantile(0.99, ${buckets})`,
  };
}
