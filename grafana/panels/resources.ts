import { BytesIEC, PercentUnit, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { dashed, graph, orangeThenRed, type Row } from '../panel.ts';
import { ofEngine, perSecond } from '../query.ts';

/** What the process takes. */
export function resources(): Row {
  return {
    title: 'Process',
    panels: [
      graph({
        title: 'CPU',
        description:
          'Processor time; 100 % is one core, and rules run on one. Above the red line there is no room for a burst: narrow filters that catch too much (see Unmatched and ' +
          'Evaluations), or divide the rules between two engines.',
        unit: PercentUnit,
        series: { '{{instance}}': perSecond(ofEngine('process_cpu_seconds_total')) },
        width: 6,
      })
        .thresholds(orangeThenRed(0.7, 0.9))
        .thresholdsStyle(dashed()),
      graph({
        title: 'Memory',
        description:
          'What the process holds, and how much of it is heap in use. A saw-tooth is normal. Growing for days: see Keys by rule, then Outbox and Inbox.',
        unit: BytesIEC,
        series: {
          '{{instance}} resident': ofEngine('process_resident_memory_bytes'),
          '{{instance}} heap': ofEngine('nodejs_heap_size_used_bytes'),
        },
        width: 6,
      }),
      graph({
        title: 'Event-loop lag',
        description:
          'How late the process gets to its work. Above the red line messages and timers are late by as much: see CPU, and which rule grew (Evaluations); a reload of many ' +
          'rules shows as one peak.',
        unit: Seconds,
        series: {
          '{{instance}} p50': ofEngine('nodejs_eventloop_lag_p50_seconds'),
          '{{instance}} p99': ofEngine('nodejs_eventloop_lag_p99_seconds'),
        },
        width: 6,
      })
        .thresholds(orangeThenRed(0.1, 0.5))
        .thresholdsStyle(dashed()),
      graph({
        title: 'Clock jumps',
        description:
          'How often the wall clock was set by more than a second, or the computer slept. Schedules and `now` follow it, durations such as `for` do not. Once after the ' +
          'start is usual where no clock runs without power; again and again: see what sets the time.',
        unit: Short,
        series: { '{{instance}}': `increase(${ofEngine('automate_clock_jumps_total')}[$__rate_interval])` },
        width: 6,
      }),
    ],
  };
}
