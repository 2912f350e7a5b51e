import { readFileSync } from 'node:fs';

interface Place {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** A panel as the file of the dashboard has it. */
export interface Panel extends Place {
  readonly type: string;
  readonly description: string;
  readonly datasource: { readonly uid: string };
  readonly targets: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: unknown;
    readonly instant?: boolean;
  }[];
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } };
  readonly options: { readonly yAxis?: { readonly unit?: string } };
}

/** A variable as the file of the dashboard has it. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
  readonly definition?: string;
}

/** The dashboard as it is committed. */
export function readDashboard(): { readonly rows: Place[]; readonly panels: Panel[]; readonly variables: Variable[] } {
  const text = readFileSync(new URL('../../grafana/dashboards/automate.json', import.meta.url), 'utf8');
  // Made by the SDK, whose types the compiler has checked.
  const file = JSON.parse(text) as {
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: Variable[] };
  };
  return {
    rows: file.panels.filter(({ type }) => type === 'row'),
    panels: file.panels.filter(({ type }) => type !== 'row'),
    variables: file.templating.list,
  };
}
