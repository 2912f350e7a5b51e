import { CountsPerSecond, Short } from '@grafana/grafana-foundation-sdk/units';
import { graph, type Row } from '../panel.ts';
import { ofEngine, ofRule, perSecond } from '../query.ts';

/** What goes out. */
export function actions(): Row {
  return {
    title: 'Actions',
    panels: [
      graph({
        title: 'Actions by type and result',
        description:
          '`ok`: done, a publish once the broker has it. `error`: it could not be made, see Errors by reason, or the broker refused it, see the log and the ' +
          'broker’s access list. `dropped`: the broker was away and there was no room to wait; see Connected.',
        unit: CountsPerSecond,
        series: { '{{type}} {{result}}': `sum by (type, result) (${perSecond(ofRule('automate_actions_total'))})` },
        width: 12,
      }),
      graph({
        title: 'Outbox',
        description:
          'Messages that rules published and no broker has confirmed yet. It grows while a broker is away. Growing while connected: the broker ' +
          'confirms too slowly; see its load. When it is full (`limits.outbox`) the newest are dropped.',
        unit: Short,
        series: { '{{instance}}': `sum by (instance) (${ofEngine('automate_outbox_messages')})` },
        width: 6,
      }),
      graph({
        title: 'Inbox',
        description:
          'Messages that have come in and wait. Near zero is right. Growing: more comes in than the rules can handle; see CPU, and narrow the filters of ' +
          'rules that listen to `#`. When it is full (`limits.inbox`) messages are dropped.',
        unit: Short,
        series: { '{{instance}}': `sum by (instance) (${ofEngine('automate_inbox_messages')})` },
        width: 6,
      }),
    ],
  };
}
