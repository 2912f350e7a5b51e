import { DataqueryBuilder, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';

/** The Prometheus that the dashboard's first variable names. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** Which engines are looked at. */
const ENGINE = 'job=~"$job",instance=~"$instance"';

/** A metric of the chosen engines. `labels` are more conditions, as PromQL has them. */
export function ofEngine(metric: string, labels?: string): string {
  return `${metric}{${[ENGINE, ...(labels === undefined ? [] : [labels])].join(',')}}`;
}

/** A metric with the label `rule`, of the chosen rules and engines. */
export function ofRule(metric: string): string {
  return ofEngine(metric, 'rule=~"$rule"');
}

/** How much a counter grows in a second, over an interval that always holds enough scrapes. */
export function perSecond(counter: string): string {
  return `rate(${counter}[$__rate_interval])`;
}

/** The ten largest. */
export function largest(expression: string): string {
  return `topk(10, ${expression})`;
}

/** An expression for each legend, as Grafana wants them: named A, B, C … */
export function queries(series: Readonly<Record<string, string>>): DataqueryBuilder[] {
  return Object.entries(series).map(([legend, expression], index) =>
    new DataqueryBuilder()
      .refId(String.fromCodePoint(65 + index))
      .datasource(DATASOURCE)
      .editorMode(QueryEditorMode.Code)
      .expr(expression)
      .legendFormat(legend),
  );
}
