import { truthy } from '../logic/value.ts';
import type { Expression, Scope } from '../scope.ts';
import { NEVER } from '../stage.ts';
import { activate, doubtPending, later, release, type Course, type Level, type Transition } from './level.ts';

/** How long what must hold before a level moves. Milliseconds. */
export interface Timing {
  /** The condition must hold so long without a false, */
  readonly for: number;
  /** and be true so many times in a row. */
  readonly times: number;
  /** `until` must hold so long. */
  readonly untilFor: number;
  /** It never ends sooner than this after it became active. */
  readonly min: number;
  /** It ends when no true message came for so long, or NEVER. */
  readonly expire: number;
}

/** When a level holds, and what ends it. */
export interface Hold extends Timing {
  /** `if`; null is always true. */
  readonly test: Expression | null;
  /** `until`; null is: when `test` is false. */
  readonly until: Expression | null;
}

/** A level of a condition: `if`, `for`, `times`, `until`, `expire`. */
export function hold(spec: Hold): Course {
  return {
    onMessage(level, scope, out) {
      const result = spec.test === null ? true : known(spec.test(scope));
      if (scope.live) out.evaluated(result);
      return see(spec, level, result, scope);
    },
    onTime: (level, now) => elapse(spec, level, now),
    wakeAt: (level) => dueAt(spec, level),
    doubt: doubtPending,
  };
}

/** Let a level see a message for which its condition is `result`. One that is held back does not begin, nor complete. */
export function see(spec: Hold, level: Level, result: boolean | null, scope: Scope, isHeldBack = false): Transition {
  const { now } = scope;
  const stop = spec.until === null ? negated(result) : known(spec.until(scope));
  if (spec.until === null) level.stopped = false;
  else if (stop !== null) level.stopped = stop;
  // What has left a sliding window is no message: it neither counts nor keeps a level alive, though it may begin one.
  if (result === true && (!scope.leaving || level.phase === 'idle')) level.trueAt = now;
  const transition = move(spec, level, result, stop, scope, isHeldBack);
  return transition === 'none' && result === null && (spec.until === null || stop === null) ? 'unknown' : transition;
}

/** Let time pass for a level: one transition that is due. */
export function elapse(timing: Timing, level: Level, now: number): Transition {
  if (completesAt(timing, level) <= now) return complete(level, now);
  return elapseToEnd(timing, level, now);
}

/** The same of one that is held back, or is not to complete yet. */
export function elapseToEnd(timing: Timing, level: Level, now: number): Transition {
  if (endsAt(timing, level) <= now) return end(level);
  if (expiresAt(timing, level) <= now) return end(level);
  return 'none';
}

/** When a level is to be told that time has passed, or NEVER. */
export function dueAt(timing: Timing, level: Level): number {
  if (level.phase === 'idle') return NEVER;
  return Math.min(completesAt(timing, level), overAt(timing, level));
}

/** The same of one that is held back. */
export function overAt(timing: Timing, level: Level): number {
  return Math.min(endsAt(timing, level), expiresAt(timing, level));
}

/** When it is seen, whether that may act, and whether it is only that something has left a window. */
type Seen = Pick<Scope, 'now' | 'live' | 'leaving'>;

/** Move a level whose condition is `result`, and for which what ends it is `stop`; null is unknown. */
export function move(
  timing: Timing,
  level: Level,
  result: boolean | null,
  stop: boolean | null,
  { now, live, leaving }: Seen,
  isHeldBack = false,
): Transition {
  switch (level.phase) {
    case 'idle':
      return result === true && !level.stopped && !isHeldBack ? begin(timing, level, { now, live, leaving }) : 'none';
    case 'pending':
      if (result === false) {
        release(level);
        return 'broken';
      }
      if (!live) return 'none';
      if (result === true && !leaving) level.count++;
      // At the very millisecond at which it has held long enough, the timer waits for its other messages.
      if (!isHeldBack && completesAt(timing, level) < (timing.for === 0 ? now + 1 : now)) return complete(level, now);
      return 'none';
    case 'active':
      if (stop === true && level.untilSince === NEVER) level.untilSince = now;
      if (stop === false) level.untilSince = NEVER;
      // A message that says nothing ends nothing: what is due then is for the timer, after the others of the millisecond.
      return stop === true && timing.untilFor === 0 && endsAt(timing, level) <= now ? end(level) : 'none';
  }
}

/** The first true message. One that primes makes active what one message makes active, without acting, and no more. */
function begin(timing: Timing, level: Level, { now, live, leaving }: Seen): Transition {
  const atOnce = timing.for === 0 && timing.times <= 1;
  if (!live && !atOnce) return 'none';
  level.phase = 'pending';
  level.since = now;
  level.count = leaving && timing.times > 1 ? 0 : 1;
  if (!atOnce) return 'pending';
  if (live) return complete(level, now);
  activate(level, now, false);
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

/** When a level that is pending becomes active, if nothing else comes; NEVER if it does not. */
export function completesAt(timing: Timing, { phase, count, stopped, since }: Level): number {
  return phase !== 'pending' || count < timing.times || stopped ? NEVER : later(since, timing.for);
}

function endsAt(timing: Timing, { phase, untilSince, activeAt }: Level): number {
  return phase !== 'active' || untilSince === NEVER
    ? NEVER
    : Math.max(later(untilSince, timing.untilFor), later(activeAt, timing.min));
}

function expiresAt(timing: Timing, { phase, trueAt, activeAt }: Level): number {
  if (phase === 'idle') return NEVER;
  const at = later(trueAt, timing.expire);
  return phase === 'active' ? Math.max(at, later(activeAt, timing.min)) : at;
}

/** What a condition says: true, false, or null for unknown. */
export function known(value: unknown): boolean | null {
  return value === null ? null : truthy(value);
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}
