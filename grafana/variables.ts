import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE, ofEngine } from './query.ts';

/** What is chosen above the dashboard: where the numbers are, of which engines, of which rules. */
export function variables(): Builder<VariableModel>[] {
  return [
    new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
    labelValues('job', 'automate_build_info').label('Job'),
    labelValues('instance', 'automate_build_info{job=~"$job"}').label('Engine'),
    labelValues('rule', ofEngine('automate_rule_fired_total')).label('Rule'),
  ];
}

/** All values of a label, read again when the time range changes, because rules and engines come and go. */
function labelValues(label: string, series: string): QueryVariableBuilder {
  const query = `label_values(${series}, ${label})`;
  return new QueryVariableBuilder(label)
    .datasource(DATASOURCE)
    .query({ query, refId: label })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: ['All'], value: ['$__all'] });
}
