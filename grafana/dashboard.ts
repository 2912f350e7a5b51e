/* oxlint-disable typescript/no-deprecated -- Every Grafana in use reads this model; what replaces it, only the newest. */
import {
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { actions } from './panels/actions.ts';
import { alerts } from './panels/alerts.ts';
import { connection } from './panels/connection.ts';
import { latency } from './panels/latency.ts';
import { messages } from './panels/messages.ts';
import { overview } from './panels/overview.ts';
import { resources } from './panels/resources.ts';
import { rules } from './panels/rules.ts';
import { variables } from './variables.ts';

/** The dashboard of the engine, from “is all well?” down to what the process takes. */
export function dashboard(): Dashboard {
  const builder = new DashboardBuilder('automate')
    .uid('automate')
    .description('Rules for MQTT: what comes in, what the rules make of it, what goes out, and how long it takes.')
    .tags(['automate', 'mqtt'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(variables());
  // Numbered here, so that a link to a panel leads to the same one in every Grafana.
  let id = 0;
  for (const { title, panels } of [
    overview(),
    messages(),
    rules(),
    alerts(),
    actions(),
    latency(),
    connection(),
    resources(),
  ]) {
    builder.withRow(new RowBuilder(title).id(++id));
    for (const panel of panels) builder.withPanel(panel.id(++id));
  }
  return builder.build();
}
