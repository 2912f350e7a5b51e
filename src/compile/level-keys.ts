import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { implies } from './implies.ts';
import type { KeywordName } from './keywords.ts';
import type { Report } from './report.ts';
import type { WrittenRule } from './written-rule.ts';

/** Keys that make a rule a level rule: it acts on the way from idle to active, not on each message. */
const LEVEL_KEYS = [
  'for',
  'times',
  'until',
  'expire',
  'absent',
  'repeat',
  'end',
  'alert',
] as const satisfies KeywordName[];

/** Keys about when a condition holds, which silence has no use for. */
const NOT_WITH_ABSENT = ['if', 'for', 'times', 'until', 'expire'] as const satisfies KeywordName[];

/** Whether the rule is a level rule. What cannot go together is reported, and what cannot be meant. */
export function isLevelRule(written: WrittenRule, report: Report): boolean {
  const { spec } = written;
  const keys = LEVEL_KEYS.filter((key) => spec[key] !== undefined);
  const isLevel = keys.length > 0 || spec.fire === 'rise';
  refuseCombinations(written, keys[0], isLevel, report);
  refuseNoTime(written, report);
  const { repeat, debounce } = spec;
  if (repeat !== undefined && debounce !== undefined && lengthOf(repeat, 0) <= lengthOf(debounce, 0)) {
    report.warning(
      written.pathOf('repeat'),
      'never-quiet',
      `it acts again every ${repeat}, so \`debounce\` never sees ${debounce} of quiet while the level is active`,
      'Make repeat: longer than debounce:, or take one of them out',
    );
  }
  return isLevel;
}

function refuseCombinations(
  { spec, pathOf }: WrittenRule,
  levelKey: KeywordName | undefined,
  isLevel: boolean,
  report: Report,
): void {
  const refuse = (key: KeywordName, message: string, hint: string): void =>
    report.errorAtKey(pathOf(key), 'impossible-combination', message, hint);
  if (spec.fire === 'each' && levelKey !== undefined) {
    const message = `\`fire: each\` cannot go with \`${levelKey}\`, which acts once for a level`;
    refuse('fire', message, 'Take one of them out');
  }
  if (isLevel && spec.else !== undefined) {
    refuse('else', '`else` acts on each message; this rule acts on levels', 'For what to do when it ends, write end:');
  }
  if (spec.absent === undefined) return;
  for (const key of NOT_WITH_ABSENT.filter((key) => spec[key] !== undefined)) {
    const hint =
      key === 'if'
        ? 'To choose which messages count, write where:; to act only while something holds, do: [{ choose: [{ if: …, do: […] }] }]'
        : `Take out ${key}:`;
    refuse(key, `\`${key}\` cannot go with \`absent\`: silence is the condition, and ends with the next message`, hint);
  }
}

/** Lengths of time that have to be some: without, the rule would never stop acting. For others, `0s` is not to wait. */
function refuseNoTime({ spec, pathOf }: WrittenRule, report: Report): void {
  const { absent } = spec;
  const lengths: readonly (readonly [path: Path, length: string | undefined, message: string])[] = [
    [pathOf('repeat'), spec.repeat, 'it would act again and again without end'],
    [pathOf('expire'), spec.expire, 'the level would end as soon as it has begun'],
    typeof absent === 'object'
      ? [[...pathOf('absent'), 'after'], absent.after, 'every message would be the beginning of a silence']
      : [pathOf('absent'), absent, 'every message would be the beginning of a silence'],
  ];
  for (const [path, length, message] of lengths) {
    if (length !== undefined && parseDuration(length) === 0)
      report.error(path, 'no-time', message, 'Give it a longer time, or leave the key out');
  }
}

/** Warn of a level that nothing ends, or that nothing begins. `test` is `if`, null where there is none. */
export function checkCourse(
  { spec, pathOf, id }: WrittenRule,
  test: { readonly logic: unknown } | null,
  until: { readonly logic: unknown } | null,
  report: Report,
): void {
  const path = spec.until === undefined ? pathOf('on') : pathOf('until');
  const isAlways = test === null || test.logic === true;
  if (spec.expire === undefined && (until === null ? isAlways : until.logic === false)) {
    const message = `rule "${id}" acts once for each key: nothing ends its level`;
    const hint = 'Give it a condition with if:, or say what ends it with until: or expire:';
    report.warning(path, 'never-ends', message, hint);
  }
  if (until !== null && (until.logic === true || (test !== null && implies(test.logic, until.logic)))) {
    const message = `rule "${id}" never acts: while \`until\` holds, no level begins`;
    report.warning(path, 'never-begins', message, 'Write what ends the level, such as a lower threshold');
  }
}

/** Milliseconds. */
export function lengthOf(duration: string | undefined, otherwise: number): number {
  return duration === undefined ? otherwise : (parseDuration(duration) ?? otherwise);
}
