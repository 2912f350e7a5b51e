import { CountsPerSecond, EventsPerSecond, Short } from '@grafana/grafana-foundation-sdk/units';
import { colored, graph, redFrom, stat, type Row } from '../panel.ts';
import { largest, ofRule, perSecond } from '../query.ts';

/** What the rules make of it. The variable `rule` chooses which. */
export function rules(): Row {
  return {
    title: 'Rules',
    panels: [
      graph({
        title: 'Evaluations by result',
        description:
          'How often conditions were evaluated, by what they were. Mostly `unknown`: the messages lack fields that the condition asks for. See ' +
          'what the devices send (`automate sub`); `field ?? 0` gives a value to what is missing, `where` leaves such messages out.',
        unit: CountsPerSecond,
        series: { '{{result}}': `sum by (result) (${perSecond(ofRule('automate_rule_evaluations_total'))})` },
        width: 8,
      })
        .overrideByName('true', colored('green'))
        .overrideByName('false', colored('blue'))
        .overrideByName('unknown', colored('orange')),
      graph({
        title: 'Firings by rule',
        description:
          'The ten rules that act most. One that is far above its usual pace may answer its own messages, or want a `throttle`.',
        unit: EventsPerSecond,
        series: { '{{rule}}': largest(`sum by (rule) (${perSecond(ofRule('automate_rule_fired_total'))})`) },
        width: 8,
      }),
      graph({
        title: 'Suppressed by reason',
        description:
          'Actions that were due and held back. `throttle`, `distinct` and `shadow` are what the rules ask for. `rate_limit` is a guard: a rule wants to ' +
          'act more often than `limits.rate_limit` allows, most likely in a loop; see Firings by rule.',
        unit: CountsPerSecond,
        series: { '{{reason}}': `sum by (reason) (${perSecond(ofRule('automate_rule_suppressed_total'))})` },
        width: 8,
      }).overrideByName('rate_limit', colored('red')),
      graph({
        title: 'Errors by reason',
        description:
          'What went wrong for a rule and a message; zero is right. `undecodable`: not what the rule’s `codec` promises. `unknown_value`, `unknown_key`: a ' +
          'template or `by` needs a field that is missing: write `field ?? …`. `bad_topic`: a value in a topic holds `/`, `+`, `#` or nothing. `bad_request`: ' +
          'one does not fit into a url or header. `too_many_hops`: a loop of rules. `key_too_long`, `too_many_keys`, `too_many_elements`, `too_large`, `budget`: over a limit. `internal`: a bug; please report it with the line of the log.',
        unit: CountsPerSecond,
        series: { '{{reason}}': `sum by (reason) (${perSecond(ofRule('automate_rule_errors_total'))})` },
        width: 8,
      }),
      graph({
        title: 'Errors by rule',
        description:
          'The ten rules with most errors. Choose one above to see its reasons; the log names topic and value.',
        unit: CountsPerSecond,
        series: { '{{rule}}': largest(`sum by (rule) (${perSecond(ofRule('automate_rule_errors_total'))})`) },
        width: 8,
      }),
      graph({
        title: 'Keys by rule',
        description:
          'The ten rules that remember most: one key for each room, device or whatever `by` says. One that only grows makes keys of values ' +
          'that never come back: choose another `by`, or a shorter `ttl`.',
        unit: Short,
        series: { '{{rule}}': largest(`sum by (rule) (${ofRule('automate_rule_cells')})`) },
        width: 5,
      }),
      stat({
        title: 'Quarantined',
        description:
          'Rules set aside until the next reload because they went over their budget too often. Red: the rule does nothing now. Errors by rule ' +
          'shows which; make its expression smaller, then save the file.',
        unit: Short,
        series: { rules: `sum(${ofRule('automate_rule_quarantined')})` },
        width: 3,
      })
        .thresholds(redFrom(1))
        .height(8),
    ],
  };
}
