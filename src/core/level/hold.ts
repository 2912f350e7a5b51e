import { truthy } from '../logic/value.ts';
import type { Expression, Scope } from '../scope.ts';
import { NEVER, type Out } from '../stage.ts';
import { activate, later, release, type Course, type Level, type Transition } from './level.ts';

/** When a level holds, and what ends it. Lengths of time are milliseconds. */
export interface Hold {
  /** `if`; null is always true. */
  readonly test: Expression | null;
  /** It must hold so long without a false, */
  readonly for: number;
  /** and be true so many times in a row. */
  readonly times: number;
  /** `until`; null is: when `test` is false. */
  readonly until: Expression | null;
  /** That must hold so long. */
  readonly untilFor: number;
  /** It never ends sooner than this after it became active. */
  readonly min: number;
  /** It ends when no true message came for so long, or NEVER. */
  readonly expire: number;
}

/** A level of a condition: `if`, `for`, `times`, `until`, `expire`. */
export function hold(spec: Hold): Course {
  return {
    onMessage: (level, scope, out) => onMessage(spec, level, scope, out),
    onTime: (level, now) => onTime(spec, level, now),
    wakeAt: (level) => Math.min(completesAt(spec, level), endsAt(spec, level), expiresAt(spec, level)),
  };
}

function onMessage(spec: Hold, level: Level, scope: Scope, out: Out): Transition {
  const { now, live } = scope;
  const result = spec.test === null ? true : known(spec.test(scope));
  if (live) out.evaluated(result);
  const stop = spec.until === null ? negated(result) : known(spec.until(scope));
  if (spec.until !== null && stop !== null) level.stopped = stop;
  if (result === true) level.trueAt = now;
  const transition = move(spec, level, result, stop, now, live);
  return transition === 'none' && result === null && (spec.until === null || stop === null) ? 'unknown' : transition;
}

function move(
  spec: Hold,
  level: Level,
  result: boolean | null,
  stop: boolean | null,
  now: number,
  live: boolean,
): Transition {
  switch (level.phase) {
    case 'idle':
      return result === true && !level.stopped ? begin(spec, level, now, live) : 'none';
    case 'pending':
      if (result === false) {
        release(level);
        return 'broken';
      }
      if (!live) return 'none';
      if (result === true) level.count++;
      // At the very millisecond at which it has held long enough, the timer waits for its other messages.
      if (completesAt(spec, level) < (spec.for === 0 ? now + 1 : now)) return complete(level, now);
      return 'none';
    case 'active':
      if (stop === true && level.untilSince === NEVER) level.untilSince = now;
      if (stop === false) level.untilSince = NEVER;
      return spec.untilFor === 0 && endsAt(spec, level) <= now ? end(level) : 'none';
  }
}

/** The first true message. One that primes makes active what one message makes active, without acting, and no more. */
function begin(spec: Hold, level: Level, now: number, live: boolean): Transition {
  const atOnce = spec.for === 0 && spec.times <= 1;
  if (!live && !atOnce) return 'none';
  level.phase = 'pending';
  level.since = now;
  level.count = 1;
  if (!atOnce) return 'pending';
  if (live) return complete(level, now);
  activate(level, now, false);
  return 'none';
}

function onTime(spec: Hold, level: Level, now: number): Transition {
  if (completesAt(spec, level) <= now) return complete(level, now);
  if (endsAt(spec, level) <= now) return end(level);
  if (expiresAt(spec, level) <= now) return end(level);
  return 'none';
}

function complete(level: Level, now: number): Transition {
  activate(level, now, true);
  return 'start';
}

function end(level: Level): Transition {
  const transition = level.phase === 'active' ? 'end' : 'broken';
  release(level);
  return transition;
}

function completesAt(spec: Hold, { phase, count, stopped, since }: Level): number {
  return phase !== 'pending' || count < spec.times || stopped ? NEVER : later(since, spec.for);
}

function endsAt(spec: Hold, { phase, untilSince, activeAt }: Level): number {
  return phase !== 'active' || untilSince === NEVER
    ? NEVER
    : Math.max(later(untilSince, spec.untilFor), later(activeAt, spec.min));
}

function expiresAt(spec: Hold, { phase, trueAt, activeAt }: Level): number {
  if (phase === 'idle') return NEVER;
  const at = later(trueAt, spec.expire);
  return phase === 'active' ? Math.max(at, later(activeAt, spec.min)) : at;
}

function known(value: unknown): boolean | null {
  return value === null ? null : truthy(value);
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}
