import { LineInterpolation } from '@grafana/grafana-foundation-sdk/common';
import { Short } from '@grafana/grafana-foundation-sdk/units';
import { dashed, graph, redFrom, yesOrNo, type Row } from '../panel.ts';
import { ofEngine } from '../query.ts';

/** How the engine got its rules, and how it holds on to its brokers. */
export function connection(): Row {
  return {
    title: 'Reloads and connection',
    panels: [
      graph({
        title: 'Reloads by result and trigger',
        description:
          'Attempts to load the rules. A failure: what was saved does not compile; `automate check` shows it. Many without an edit: something keeps writing into the folder of the rules.',
        unit: Short,
        series: {
          '{{result}} {{trigger}}': `sum by (result, trigger) (increase(${ofEngine('automate_config_reloads_total')}[$__rate_interval]))`,
        },
        width: 5,
      }),
      graph({
        title: 'Rules as saved',
        description:
          'Whether the last attempt to load the rules succeeded. While it says failed, engine and files differ: repair the file that `automate check` names.',
        unit: Short,
        series: { '{{instance}}': `min by (instance) (${ofEngine('automate_config_last_reload_successful')})` },
        width: 4,
      })
        .mappings(yesOrNo('fine', 'failed'))
        .max(1)
        .lineInterpolation(LineInterpolation.StepAfter),
      graph({
        title: 'Connected',
        description:
          'Whether each broker is connected. While it is away nothing comes in from it, and what rules publish to it waits (QoS 1 and 2) or is dropped (QoS 0). The log says why.',
        unit: Short,
        series: { '{{broker}}': `min by (broker) (${ofEngine('automate_broker_connected')})` },
        width: 4,
      })
        .mappings(yesOrNo('connected', 'away'))
        .max(1)
        .lineInterpolation(LineInterpolation.StepAfter),
      graph({
        title: 'Reconnects',
        description:
          'Connections made again after they were lost. Every few seconds: another client uses the same client id, or the broker closes what it does not like; both logs say so.',
        unit: Short,
        series: {
          '{{broker}}': `sum by (broker) (increase(${ofEngine('automate_broker_reconnects_total')}[$__rate_interval]))`,
        },
        width: 4,
      }),
      graph({
        title: 'Sessions lost',
        description:
          'Times that a broker had not kept our session when we came back: what it was to send us meanwhile is lost. Zero is right. Let the broker keep sessions (mosquitto: `persistence true`) for as long as `session_expiry`.',
        unit: Short,
        series: {
          '{{broker}}': `sum by (broker) (increase(${ofEngine('automate_sessions_lost_total')}[$__rate_interval]))`,
        },
        width: 3,
      })
        .thresholds(redFrom(1))
        .thresholdsStyle(dashed()),
      graph({
        title: 'Subscriptions refused',
        description:
          'Filters that a broker refuses now; zero is right. Rules on them get nothing. `/readyz` names them: give this user the right to read them in the broker’s access list.',
        unit: Short,
        series: { '{{broker}}': `sum by (broker) (${ofEngine('automate_subscriptions_refused')})` },
        width: 4,
      })
        .thresholds(redFrom(1))
        .thresholdsStyle(dashed()),
    ],
  };
}
