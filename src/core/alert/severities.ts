import {
  completesAt,
  dueAt,
  elapse,
  elapseToEnd,
  known,
  move,
  overAt,
  see,
  type Hold,
  type Timing,
} from '../level/hold.ts';
import { doubtPending, release, type Transition } from '../level/level.ts';
import type { Expression } from '../scope.ts';
import { NEVER, type Phase } from '../stage.ts';
import { levelNamed, type AlertCourse, type Standing } from './standing.ts';

/** One level of severity: when it holds. */
export interface Severity {
  readonly name: string;
  readonly hold: Hold;
}

/** What ends an alert with levels of severity. Milliseconds. */
export interface Ending {
  /** The rule's own `until`; null is: when no level holds. */
  readonly until: Expression | null;
  readonly untilFor: number;
  readonly min: number;
  readonly expire: number;
}

/**
 * An alert with levels of severity, lowest first. Each is a level of its own; the alert as a whole is one whose condition
 * is that any of them holds.
 */
export function severityAlert(severities: readonly Severity[], { until, ...ending }: Ending): AlertCourse {
  const whole: Timing = { for: 0, times: 1, ...ending };
  /** While a level holds, the alert does not expire: each level does so itself, in its time. */
  const whileHeld: Timing = { ...whole, expire: NEVER };
  const wholeOf = (standing: Standing): Timing => (holds(standing) ? whileHeld : whole);

  const holds = (standing: Standing): boolean => isAny(standing, 'active');
  const isKept = ending.untilFor > 0 || ending.min > 0;
  /** No level holds; where the alert is kept for a while after that, one that is about to goes on with it. */
  const isOver = (standing: Standing): boolean => !holds(standing) && !(isKept && isAny(standing, 'pending'));
  /** What comes of it for the whole that a level may have moved, and that `until` may have been seen. */
  const follow = (standing: Standing, seen: boolean | null, now: number, live: boolean): Transition => {
    const stop = until === null ? isOver(standing) : seen;
    const seeing = { now, live, leaving: false };
    return ended(standing, move(wholeOf(standing), standing.level, holds(standing), stop, seeing));
  };
  /** What the rule's own `until` ends, it ends on every level. */
  const ended = (standing: Standing, transition: Transition): Transition => {
    if (transition === 'end' && until !== null) for (const { level } of standing.severities) release(level);
    return transition;
  };

  return {
    names: severities.map(({ name }) => name),
    onMessage(standing, scope, out) {
      const { level } = standing;
      const seen = until === null ? null : known(until(scope));
      if (until === null) level.stopped = false;
      else if (seen !== null) level.stopped = seen;
      const isHeldBack = holdsBack(standing);
      let result: boolean | null = false;
      let isKnown = false;
      for (let i = 0; i < severities.length; i++) {
        const { hold } = at(severities, i);
        const one = at(standing.severities, i);
        const isTrue = hold.test === null ? true : known(hold.test(scope));
        if (isTrue === true) result = true;
        else if (isTrue === null && result === false) result = null;
        one.isNews = see(hold, one.level, isTrue, scope, isHeldBack) !== 'unknown';
        if (one.isNews) isKnown = true;
        if (one.level.trueAt === scope.now) level.trueAt = scope.now; // What has left a window keeps no level alive.
      }
      if (scope.live) out.evaluated(result);
      const transition = follow(standing, seen, scope.now, scope.live);
      return transition === 'none' && !isKnown && seen === null ? 'unknown' : transition;
    },
    onTime(standing, now) {
      const isHeldBack = holdsBack(standing);
      const completes = (i: number): boolean =>
        !isHeldBack && completesAt(at(severities, i).hold, at(standing.severities, i).level) <= now;
      // What completes does so on every level, before anything ends.
      const anyCompletes = severities.some((_, i) => completes(i));
      let hasMoved = false;
      for (let i = 0; i < severities.length; i++) {
        const { hold } = at(severities, i);
        const { level } = at(standing.severities, i);
        if (anyCompletes ? completes(i) && elapse(hold, level, now) : elapseToEnd(hold, level, now) !== 'none')
          hasMoved = true;
      }
      const transition = hasMoved ? follow(standing, null, now, true) : 'none';
      if (transition !== 'none' || anyCompletes) return transition;
      return ended(standing, elapse(wholeOf(standing), standing.level, now));
    },
    doubt({ severities: known }) {
      for (const { level } of known) doubtPending(level);
    },
    wakeAt(standing) {
      let due = standing.level.phase === 'active' ? dueAt(wholeOf(standing), standing.level) : NEVER;
      const isHeldBack = holdsBack(standing);
      for (let i = 0; i < severities.length; i++) {
        const { name, hold } = at(severities, i);
        const level = levelNamed(standing.severities, name, i)?.level;
        if (level !== undefined) due = Math.min(due, isHeldBack ? overAt(hold, level) : dueAt(hold, level));
      }
      return due;
    },
  };
}

/** While the rule's own `until` is true, an alert that does not fire does not begin to, on any level. */
function holdsBack({ level }: Standing): boolean {
  return level.stopped && level.phase !== 'active';
}

function isAny({ severities }: Standing, phase: Phase): boolean {
  for (let i = 0; i < severities.length; i++) if (at(severities, i).level.phase === phase) return true;
  return false;
}

/** One that is there: places are of the levels of the rule, which every standing that is moved has. */
function at<T>(list: readonly T[], place: number): T {
  return list[place] as T;
}
