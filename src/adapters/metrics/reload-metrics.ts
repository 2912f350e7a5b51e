import type { Readings, ReloadTrigger } from '../../ports/readings.ts';
import { byLabel, single, type MetricReader, type Sample } from './metric.ts';

/** Which rules run, and how loading them went. */
export function reloadMetrics(readings: Readings): readonly MetricReader[] {
  return [
    {
      name: 'automate_config_last_reload_successful',
      type: 'gauge',
      help: 'Whether the last attempt to load the rules succeeded: 1 or 0.',
      read: () => single(readings.reload().successful ? 1 : 0),
    },
    {
      name: 'automate_config_last_reload_success_timestamp_seconds',
      type: 'gauge',
      help: 'When the rules were last loaded without a problem, in seconds since 1970; 0 before the first time.',
      read: () => single(readings.reload().successAt / 1000),
    },
    {
      name: 'automate_config_reloads_total',
      type: 'counter',
      help: 'Attempts to load the rules, by result and by what made the engine try.',
      read: () => reloads(readings),
    },
    {
      name: 'automate_rules',
      type: 'gauge',
      help: 'Rules by state; for failed, rule files with errors.',
      read: () => byLabel('state', { active: 0, shadow: 0, disabled: 0, failed: 0, ...readings.ruleStates() }),
    },
  ];
}

/** Every combination is there from 0. */
function reloads(readings: Readings): Sample[] {
  const { counts } = readings.reload();
  const samples: Sample[] = [];
  for (const result of ['success', 'failure'] as const) {
    for (const trigger of TRIGGERS) {
      const count = counts.find((entry) => entry.result === result && entry.trigger === trigger)?.count ?? 0;
      samples.push({ labels: { result, trigger }, value: count });
    }
  }
  return samples;
}

const TRIGGERS: readonly ReloadTrigger[] = ['start', 'watch', 'api', 'signal'];
