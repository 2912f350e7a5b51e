import {
  CountsPerSecond,
  EventsPerSecond,
  MessagesPerSecond,
  Seconds,
  Short,
} from '@grafana/grafana-foundation-sdk/units';
import { orangeThenRed, redFrom, stat, trend, yesOrNo, type Row } from '../panel.ts';
import { ofEngine, ofRule, perSecond } from '../query.ts';

/** Is all well? */
export function overview(): Row {
  return {
    title: 'Overview',
    panels: [
      stat({
        title: 'Brokers',
        description:
          'Whether each broker is connected. Red: at least one engine has lost it and receives nothing from it. See whether the broker ' +
          'runs, then `/readyz` and the log of the engine, which say why it is refused: address, password, certificate.',
        unit: Short,
        series: { '{{broker}}': `min by (broker) (${ofEngine('automate_broker_connected')})` },
        width: 3,
      }).mappings(yesOrNo('connected', 'away')),
      stat({
        title: 'Rules',
        description:
          'Rules by state, and files that failed. Red under `failed`: so many files have errors; they run as they last were, or not at all. ' +
          '`automate check` shows the mistakes with what to do about them.',
        unit: Short,
        series: { '{{state}}': `sum by (state) (${ofEngine('automate_rules')})` },
        width: 4,
      }).overrideByName('failed', [{ id: 'thresholds', value: redFrom(1).build() }]),
      stat({
        title: 'Last reload',
        description:
          'Whether the last attempt to load the rules succeeded. Red: what was saved last does not run. `automate check` says which line, ' +
          'and the file keeps its last good rules until it is repaired.',
        unit: Short,
        series: { reload: `min(${ofEngine('automate_config_last_reload_successful')})` },
        width: 3,
      }).mappings(yesOrNo('fine', 'failed')),
      stat({
        title: 'Last good reload',
        description:
          'How long ago the rules were last loaded without a problem. Much longer than since the last edit: the edit has not arrived; see ' +
          'whether the engine watches that folder, or ask it with `POST /api/reload`.',
        unit: Seconds,
        series: {
          ago: `time() - min(${ofEngine('automate_config_last_reload_success_timestamp_seconds')} > 0)`,
        },
        width: 3,
      }).noValue('never'),
      trend({
        title: 'Messages',
        description:
          'Messages that came in, per second. Zero while devices send: see Brokers, then whether the filters of the rules match ' +
          'the topics (`automate match <topic>`).',
        unit: MessagesPerSecond,
        series: { messages: `sum(${perSecond(ofEngine('automate_messages_received_total'))})` },
        width: 3,
      }),
      trend({
        title: 'Firings',
        description:
          'How often rules acted, per second. Zero although messages come: see Evaluations for conditions that are false or unknown, ' +
          'and Suppressed. Far more than usual: a rule may answer its own messages.',
        unit: EventsPerSecond,
        series: { firings: `sum(${perSecond(ofRule('automate_rule_fired_total'))})` },
        width: 3,
      }),
      trend({
        title: 'Errors',
        description:
          'Errors of rules, per second. Orange or red: see Errors by reason for what they are and by rule for whose; the log tells the topic.',
        unit: CountsPerSecond,
        series: { errors: `sum(${perSecond(ofRule('automate_rule_errors_total'))})` },
        width: 3,
      }).thresholds(orangeThenRed(0.001, 1)),
      trend({
        title: 'Dropped',
        description:
          'Messages given up, per second, coming in or going out. Red: something that was sent did not have its effect. Dropped by reason says which.',
        unit: MessagesPerSecond,
        series: { dropped: `sum(${perSecond(ofEngine('automate_messages_dropped_total'))})` },
        width: 2,
      }).thresholds(redFrom(0.001)),
    ],
  };
}
