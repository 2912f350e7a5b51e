import { Short } from '@grafana/grafana-foundation-sdk/units';
import { graph, type Row } from '../panel.ts';
import { ofRule } from '../query.ts';

/** What holds now. */
export function alerts(): Row {
  return {
    title: 'Levels and alerts',
    panels: [
      graph({
        title: 'Alerts by severity and state',
        description:
          'Alerts that are there now. The retained messages on their topics say which. Pending for long and never firing: the condition does not hold for its `for`.',
        unit: Short,
        series: { '{{severity}} {{state}}': `sum by (severity, state) (${ofRule('automate_alerts')})` },
        width: 8,
      }),
      graph({
        title: 'Active levels by rule',
        description:
          'Keys for which a rule’s condition holds. One that never falls: see what ends the level, `until` or `expire`.',
        unit: Short,
        series: { '{{rule}}': `sum by (rule) (${ofRule('automate_rule_active')})` },
        width: 8,
      }),
      graph({
        title: 'Pending levels by rule',
        description:
          'Keys for which a rule’s condition holds, but not for long or often enough yet. Many that never get active: `for` or `times` asks for more than devices send.',
        unit: Short,
        series: { '{{rule}}': `sum by (rule) (${ofRule('automate_rule_pending')})` },
        width: 8,
      }),
    ],
  };
}
