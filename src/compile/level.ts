import { keyOf, NO_KEY } from '../core/key.ts';
import type { Branch } from '../core/branch.ts';
import { hold } from '../core/level/hold.ts';
import type { Course } from '../core/level/level.ts';
import { silence } from '../core/level/silence.ts';
import type { Input, Seed } from '../core/rule.ts';
import { NEVER, type Stage } from '../core/stage.ts';
import { level } from '../core/stages/level.ts';
import type { Path } from '../spec/document.ts';
import { durationFault, parseDuration } from '../spec/duration.ts';
import { compileCondition } from './condition.ts';
import type { CompiledExpression } from './expression.ts';
import type { RuleSpec } from './keywords.ts';
import { checkCourse, lengthOf } from './level-keys.ts';
import type { Names } from './names.ts';
import type { Report } from './report.ts';
import type { WrittenRule } from './written-rule.ts';

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
  written: WrittenRule,
  test: CompiledExpression | null,
  names: Names,
  report: Report,
): Course {
  const { spec, pathOf } = written;
  if (spec.absent !== undefined) {
    const after = typeof spec.absent === 'string' ? spec.absent : spec.absent.after;
    return silence(lengthOf(after, NEVER));
  }
  const { until, untilFor, min } = compileUntil(spec.until, pathOf('until'), names, report);
  checkCourse(written, test, until, report);
  return hold({
    test: test?.get ?? null,
    for: lengthOf(spec.for, 0),
    times: spec.times ?? 1,
    until: until?.get ?? null,
    untilFor,
    min,
    expire: lengthOf(spec.expire, NEVER),
  });
}

/** Compile `until`. */
export function compileUntil(
  spec: RuleSpec['until'],
  path: Path,
  names: Names,
  report: Report,
): { readonly until: CompiledExpression | null; readonly untilFor: number; readonly min: number } {
  const written = untilOf(spec, path, report);
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
  const by: readonly unknown[] | null = spec.by === undefined ? null : Array.isArray(spec.by) ? spec.by : [spec.by];
  const count = by === null ? input.key.length : by.length;
  return (spec.absent.keys ?? []).flatMap((written, i) => {
    const parts = partsOf(written, count);
    const key = parts.length === count ? keyOf(parts) : null;
    if (key === null) {
      const wanted = count === 1 ? 'one part' : `${count} parts`;
      const message = `the keys of this rule have ${wanted}, this one has ${parts.length}`;
      const hint = count === 0 ? `It has one key: "${NO_KEY}"` : 'Write the parts as a list: [kitchen, 2]';
      report.error([...pathOf('absent'), 'keys', i], 'invalid-key', message, hint);
      return [];
    }
    const captures = input.captures.map(
      (wildcard) => parts[by === null ? input.key.indexOf(wildcard) : by.indexOf(input.filter.names[wildcard])] ?? null,
    );
    return [{ key, captures }];
  });
}

/** The parts of a key that is written as a list, as it is printed, or as its only part. */
function partsOf(written: string | number | readonly (string | number)[], count: number): string[] {
  if (typeof written === 'object') return written.map(String);
  if (count === 0 && written === NO_KEY) return [];
  return count === 1 ? [String(written)] : String(written).split('/');
}

interface Until {
  readonly if?: unknown;
  readonly for?: string | undefined;
  readonly min?: string | undefined;
  /** It stands as `{ if, for, min }`. */
  readonly wrapped: boolean;
}

const UNTIL_KEYS: ReadonlySet<string> = new Set(['if', 'for', 'min']);

/** `until` as a condition, or as `{ if, for, min }`, which is not JSON-logic's `if` (a list) and `min` (of numbers). */
function untilOf(until: RuleSpec['until'], path: Path, report: Report): Until {
  if (typeof until !== 'object' || Array.isArray(until)) return { if: until, wrapped: false };
  const { if: test, for: length, min } = until as Readonly<Record<string, unknown>>;
  const keys = Object.keys(until);
  const isLogic = keys.length === 1 && (Array.isArray(test) || (min !== undefined && typeof min !== 'string'));
  if (isLogic || (keys.length > 0 && !keys.some((key) => UNTIL_KEYS.has(key)))) return { if: until, wrapped: false };
  for (const key of keys.filter((one) => !UNTIL_KEYS.has(one))) {
    const message = `"${key}" is not a key of \`until\``;
    report.errorAtKey([...path, key], 'unknown-key', message, 'The keys are if, for, min');
  }
  const duration = (key: string, value: unknown): string | undefined => {
    if (value === undefined || (typeof value === 'string' && parseDuration(value) !== undefined)) return value;
    const hint = typeof value === 'number' ? `Give it a unit: ${value}s or ${value}m` : undefined;
    report.error([...path, key], 'invalid-value', durationFault(value), hint);
    return undefined;
  };
  return { if: test, for: duration('for', length), min: duration('min', min), wrapped: true };
}
