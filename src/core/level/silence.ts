import type { Scope } from '../scope.ts';
import { NEVER, type Out } from '../stage.ts';
import { activate, later, release, type Course, type Level, type Transition } from './level.ts';

/**
 * A level of silence (`absent`): active when no message has come for so many milliseconds, until the next one. A retained
 * message says what was, so it only starts the clock of a key that has had none.
 */
export function silence(after: number): Course {
  const wakeAt = ({ phase, since }: Level): number => (phase === 'active' ? NEVER : later(since, after));
  return {
    wakeAt,
    onMessage(level, scope: Scope, out: Out): Transition {
      const { now, live } = scope;
      if (!live && level.since !== NEVER) return 'unknown';
      if (live) out.evaluated(false);
      const wasActive = level.phase === 'active';
      release(level);
      level.since = now;
      return wasActive ? 'end' : 'none';
    },
    onTime(level, now, out) {
      if (wakeAt(level) > now) return 'none';
      out.evaluated(true);
      activate(level, now, true);
      return 'start';
    },
    doubt(level, now) {
      if (level.phase !== 'active' && level.since !== NEVER) level.since = now;
    },
  };
}
