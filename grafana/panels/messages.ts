import { MessagesPerSecond } from '@grafana/grafana-foundation-sdk/units';
import { colored, graph, type Row } from '../panel.ts';
import { ofEngine, perSecond } from '../query.ts';

/** What comes in, and what it turns out to be. */
export function messages(): Row {
  return {
    title: 'Messages',
    panels: [
      graph({
        title: 'Received by broker',
        description:
          'Messages from each broker. A broker whose line falls to zero while its devices send: see Connected below, and Subscriptions refused.',
        unit: MessagesPerSecond,
        series: { '{{broker}}': `sum by (broker) (${perSecond(ofEngine('automate_messages_received_total'))})` },
        width: 6,
      }),
      graph({
        title: 'Unmatched',
        description:
          'Messages that no rule and no lookup wanted. Some are normal where a broker has subscriptions left from before, or while rules ' +
          'are replaced. Many that stay cost time for nothing: start once with a clean session.',
        unit: MessagesPerSecond,
        series: { unmatched: `sum(${perSecond(ofEngine('automate_messages_unmatched_total'))})` },
        width: 6,
      }),
      graph({
        title: 'Dropped by reason',
        description:
          'Messages given up; zero is right. `inbox_full`: more comes in than the engine can handle, see CPU. `oversize`: a payload is over ' +
          '`limits.payload`. `offline`, `outbox_full`: the broker to publish to was away, see Connected. `http_queue_full`: see Requests. `lookup_undecodable`, `lookup_full`, `lookup_budget`: a `with` ' +
          'got a payload that it cannot read, more topics than `limits.lookup_keys`, or a `where` that costs too much.',
        unit: MessagesPerSecond,
        series: { '{{reason}}': `sum by (reason) (${perSecond(ofEngine('automate_messages_dropped_total'))})` },
        width: 6,
      }),
      graph({
        title: 'Payloads by type',
        description:
          'What the payloads that rules read turned out to be. `broken_json`, `binary`, `too_deep` and `invalid` are shown in warm colours: ' +
          'see which device sends them, or give the rule the codec that the device uses.',
        unit: MessagesPerSecond,
        series: { '{{type}}': `sum by (type) (${perSecond(ofEngine('automate_payloads_total'))})` },
        width: 6,
      })
        .overrideByName('broken_json', colored('orange'))
        .overrideByName('binary', colored('light-orange'))
        .overrideByName('too_deep', colored('red'))
        .overrideByName('invalid', colored('dark-red')),
    ],
  };
}
