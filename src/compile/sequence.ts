import { NEVER, type Stage } from '../core/stage.ts';
import { sequence } from '../core/stages/sequence.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { compileCondition } from './condition.ts';
import { compilePorts, type BrokerSettings, type Inputs, type PortSpec } from './inputs.ts';
import type { KeywordName, RuleSpec } from './keywords.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import type { WrittenRule } from './written-rule.ts';

type StepSpec = NonNullable<RuleSpec['sequence']>[number];

/** What cannot stand beside `sequence`: it says itself where messages come from, and when the rule holds. */
const NOT_WITH_SEQUENCE = [
  'on',
  'for',
  'times',
  'until',
  'expire',
  'absent',
  'repeat',
  'end',
  'alert',
  'fire',
] as const satisfies KeywordName[];

/** The inputs of a sequence: one for each step, by its port. */
export function compileSteps({ spec, pathOf }: WrittenRule, settings: BrokerSettings, report: Report): Inputs {
  const steps = spec.sequence ?? [];
  for (const key of NOT_WITH_SEQUENCE.filter((key) => spec[key] !== undefined)) {
    const hint =
      key === 'on' ? 'The first step says what it begins with' : 'A rule of its own can hold what this one publishes';
    report.errorAtKey(pathOf(key), 'impossible-combination', `\`${key}\` cannot go with \`sequence\``, hint);
  }
  for (const [place, step] of steps.entries()) checkStep(step, place, [...pathOf('sequence'), place], report);
  const ports = steps.flatMap((step, place): PortSpec[] => {
    const key = step.not === undefined ? 'on' : 'not';
    const one = step[key];
    return one === undefined ? [] : [[one, [...pathOf('sequence'), place, key]]];
  });
  return compilePorts(ports, 'prime', settings, report);
}

function checkStep({ on, not, within }: StepSpec, place: number, path: Path, report: Report): void {
  const refuse = (message: string, hint: string): void => report.error(path, 'invalid-step', message, hint);
  if ((on === undefined) === (not === undefined))
    refuse('a step has either `on` or `not`', 'Write - { on: a/topic, within: 10s }');
  else if (place === 0 && not !== undefined)
    refuse('a sequence cannot begin with what does not come', 'For silence alone, write absent:');
  else if (place === 0 && within !== undefined)
    refuse('`within` counts from the step before, and there is none', 'Take it out here');
  else if (not !== undefined && within === undefined)
    refuse('`not` needs `within`: how long it must not come', 'Add within: 5s');
}

/** Compile the steps themselves, when all names are known. */
export function compileSequence({ spec, pathOf }: WrittenRule, names: Names, report: Report): Stage | null {
  if (spec.sequence === undefined) return null;
  return sequence(
    spec.sequence.map((step, place) => ({
      not: step.not !== undefined,
      test:
        step.if === undefined
          ? null
          : compileCondition(step.if, [...pathOf('sequence'), place, 'if'], 'rule', names, report).get,
      within: step.within === undefined ? NEVER : (parseDuration(step.within) ?? NEVER),
    })),
  );
}
