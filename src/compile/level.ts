import { keyOf } from '../core/key.ts';
import type { Branch } from '../core/branch.ts';
import { hold } from '../core/level/hold.ts';
import type { Course } from '../core/level/level.ts';
import { silence } from '../core/level/silence.ts';
import type { Input, Seed } from '../core/rule.ts';
import { NEVER, type Stage } from '../core/stage.ts';
import { level } from '../core/stages/level.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { compileCondition } from './condition.ts';
import type { CompiledExpression } from './expression.ts';
import type { KeywordName, RuleSpec } from './keywords.ts';
import type { Names } from './names.ts';
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

/** Whether the rule is a level rule. What cannot go together is reported. */
export function isLevelRule({ spec, pathOf }: WrittenRule, report: Report): boolean {
  const keys = LEVEL_KEYS.filter((key) => spec[key] !== undefined);
  const isLevel = keys.length > 0 || spec.fire === 'rise';
  const refuse = (key: KeywordName, message: string, hint: string): void =>
    report.errorAtKey(pathOf(key), 'impossible-combination', message, hint);
  if (spec.fire === 'each' && keys.length > 0) {
    refuse(
      'fire',
      `\`fire: each\` cannot go with \`${keys[0] ?? ''}\`, which acts once for a level`,
      'Take one of them out',
    );
  }
  if (isLevel && spec.else !== undefined) {
    refuse('else', '`else` acts on each message; this rule acts on levels', 'For what to do when it ends, write end:');
  }
  if (spec.absent !== undefined) {
    for (const key of NOT_WITH_ABSENT.filter((key) => spec[key] !== undefined)) {
      const hint = key === 'if' ? 'To choose which messages count, write where:' : `Take out ${key}:`;
      refuse(
        key,
        `\`${key}\` cannot go with \`absent\`: silence is the condition, and ends with the next message`,
        hint,
      );
    }
  }
  return isLevel;
}

/** Compile a level rule that has no alert: when it holds, and what it does on its way. */
export function compileLevel(
  written: WrittenRule,
  test: CompiledExpression | null,
  start: Branch,
  end: Branch | null,
  names: Names,
  report: Report,
): Stage {
  const course = compileCourse(written, test, names, report);
  const kind = written.spec.absent === undefined ? 'level' : 'absent';
  return level(kind, course, { start, end, repeat: lengthOf(written.spec.repeat, NEVER) });
}

/** Compile when a level holds. */
export function compileCourse(
  { spec, pathOf, id }: WrittenRule,
  test: CompiledExpression | null,
  names: Names,
  report: Report,
): Course {
  if (spec.absent !== undefined) {
    const after = typeof spec.absent === 'string' ? spec.absent : spec.absent.after;
    return silence(lengthOf(after, NEVER));
  }
  const { until, untilFor, min } = compileUntil(spec.until, pathOf('until'), names, report);
  const expire = lengthOf(spec.expire, NEVER);
  if (expire === NEVER && (until === null ? alwaysTrue(test) : until.logic === false)) {
    report.warning(
      spec.until === undefined ? pathOf('on') : pathOf('until'),
      'never-ends',
      `rule "${id}" acts once for each key: nothing ends its level`,
      'Give it a condition with if:, or say what ends it with until: or expire:',
    );
  }
  return hold({
    test: test?.get ?? null,
    for: lengthOf(spec.for, 0),
    times: spec.times ?? 1,
    until: until?.get ?? null,
    untilFor,
    min,
    expire,
  });
}

/** Compile `until`. */
export function compileUntil(
  spec: RuleSpec['until'],
  path: Path,
  names: Names,
  report: Report,
): { readonly until: CompiledExpression | null; readonly untilFor: number; readonly min: number } {
  const written = untilOf(spec);
  const place = written.wrapped ? [...path, 'if'] : path;
  return {
    until: written.if === undefined ? null : compileCondition(written.if, place, 'rule', names, report),
    untilFor: lengthOf(written.for, 0),
    min: lengthOf(written.min, 0),
  };
}

/** The keys that `absent` names: each waits for its first message from the start. */
export function compileSeeds({ spec, pathOf }: WrittenRule, input: Input | undefined, report: Report): Seed[] {
  if (spec.absent === undefined || typeof spec.absent === 'string' || input === undefined) return [];
  const isOfCaptures = spec.by === undefined;
  const count = isOfCaptures ? input.key.length : Array.isArray(spec.by) ? spec.by.length : 1;
  return (spec.absent.keys ?? []).flatMap((written, i) => {
    const parts = Array.isArray(written)
      ? written.map(String)
      : count === 1
        ? [String(written)]
        : String(written).split('/');
    const key = parts.length === count ? keyOf(parts) : null;
    if (key === null) {
      const wanted = count === 1 ? 'one part' : `${count} parts`;
      const message = `the keys of this rule have ${wanted}, this one has ${parts.length}`;
      report.error([...pathOf('absent'), 'keys', i], 'invalid-key', message, 'Write the parts as a list: [kitchen, 2]');
      return [];
    }
    const captures = isOfCaptures ? input.captures.map((wildcard) => parts[input.key.indexOf(wildcard)] ?? '') : [];
    return [{ key, captures }];
  });
}

interface Until {
  readonly if?: unknown;
  readonly for?: string | undefined;
  readonly min?: string | undefined;
  /** It stands as `{ if, for, min }`. */
  readonly wrapped: boolean;
}

/** `until` as a condition, or as `{ if, for, min }`, which is not JSON-logic's `if` (a list) and `min` (of numbers). */
function untilOf(until: RuleSpec['until']): Until {
  if (typeof until !== 'object' || Array.isArray(until)) return { if: until, wrapped: false };
  const keys = Object.keys(until);
  const isWrapped =
    keys.every((key) => key === 'if' || key === 'for' || key === 'min') &&
    !('if' in until && Array.isArray(until['if'])) &&
    !('min' in until && typeof until['min'] !== 'string');
  return isWrapped ? { ...until, wrapped: true } : { if: until, wrapped: false };
}

function alwaysTrue(test: CompiledExpression | null): boolean {
  return test === null || test.logic === true;
}

/** Milliseconds. */
export function lengthOf(duration: string | undefined, otherwise: number): number {
  return duration === undefined ? otherwise : (parseDuration(duration) ?? otherwise);
}
