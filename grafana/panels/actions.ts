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
          '`ok`: done, a publish once the broker has it, a request once the server has accepted it. `error`: it could not be made, see Errors by reason, or it ' +
          'was refused or had no answer, see the log and the broker’s access list. `dropped`: the broker or server was away and there was no room to wait; see ' +
          'Connected and Requests.',
        unit: CountsPerSecond,
        series: { '{{type}} {{result}}': `sum by (type, result) (${perSecond(ofRule('automate_actions_total'))})` },
        width: 9,
      }),
      graph({
        title: 'Outbox',
        description:
          'Messages that rules published and no broker has confirmed yet. It grows while a broker is away. Growing while connected: the broker ' +
          'confirms too slowly; see its load. When it is full (`limits.outbox`) the newest are dropped.',
        unit: Short,
        series: { '{{instance}}': `sum by (instance) (${ofEngine('automate_outbox_messages')})` },
        width: 5,
      }),
      graph({
        title: 'Requests',
        description:
          'Requests of rules (`http`) that wait, are on their way, or will be tried again. Near zero is right. Growing: a server is away or slow, see the log. ' +
          'When there are too many (`limits.http_queue`) the newest are dropped.',
        unit: Short,
        series: { '{{instance}}': `sum by (instance) (${ofEngine('automate_http_requests')})` },
        width: 5,
      }),
      graph({
        title: 'Inbox',
        description:
          'Messages that have come in and wait. Near zero is right. Growing: more comes in than the rules can handle; see CPU, and narrow the filters of ' +
          'rules that listen to `#`. When it is full (`limits.inbox`) messages are dropped.',
        unit: Short,
        series: { '{{instance}}': `sum by (instance) (${ofEngine('automate_inbox_messages')})` },
        width: 5,
      }),
    ],
  };
}
