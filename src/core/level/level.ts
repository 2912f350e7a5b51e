import type { Scope } from '../scope.ts';
import { NEVER, type Out, type Phase } from '../stage.ts';

/** Where the level of one key is. Times are epoch milliseconds, NEVER where there is none. Plain JSON. */
export interface Level {
  phase: Phase;
  /** Since when its condition has held: from the first true message, or for silence from the last message. */
  since: number;
  /** True messages in a row, while it is pending. */
  count: number;
  /** The last true message. */
  trueAt: number;
  activeAt: number;
  /** It became active live, so that it has acted, and its end is to be acted on. */
  acted: boolean;
  /** What `until` was when it was last known. */
  stopped: boolean;
  /** Since when `until` has held without a break. */
  untilSince: number;
  /** When it acts again. */
  repeatAt: number;
}

/** How a level has moved. `unknown`: the message said nothing about it; `none`: it did, and the level stays where it is. */
export type Transition = 'unknown' | 'none' | 'pending' | 'broken' | 'start' | 'end' | 'repeat';

/** What moves a level: messages and time. It changes the level in place. */
export interface Course {
  onMessage(level: Level, scope: Scope, out: Out): Transition;
  /** Called when `wakeAt` has come. One transition at a time: it is called again while more is due. */
  onTime(level: Level, now: number, out: Out): Transition;
  wakeAt(level: Level): number;
  /** Nobody was there for a while, up to `now`: what is pending begins anew. */
  doubt(level: Level, now: number): void;
}

/** A level before its first message. */
export function idleLevel(): Level {
  return {
    phase: 'idle',
    since: NEVER,
    count: 0,
    trueAt: NEVER,
    activeAt: NEVER,
    acted: false,
    stopped: false,
    untilSince: NEVER,
    repeatAt: NEVER,
  };
}

/** Whether a level is as before its first message; when it was last true means nothing then. */
export function isIdle({ phase, since, stopped }: Level): boolean {
  return phase === 'idle' && since === NEVER && !stopped;
}

/** Make one level what another is. */
export function copyLevel(from: Level, to: Level): void {
  to.phase = from.phase;
  to.since = from.since;
  to.count = from.count;
  to.trueAt = from.trueAt;
  to.activeAt = from.activeAt;
  to.acted = from.acted;
  to.stopped = from.stopped;
  to.untilSince = from.untilSince;
  to.repeatAt = from.repeatAt;
}

/** What is pending begins anew with the next true message. */
export function doubtPending(level: Level): void {
  if (level.phase === 'pending') release(level);
}

/** It becomes active at `now`; live if it is to act. */
export function activate(level: Level, now: number, live: boolean): void {
  level.phase = 'active';
  level.activeAt = now;
  level.acted = live;
  level.untilSince = NEVER;
}

/** It goes back to idle. */
export function release(level: Level): void {
  level.phase = 'idle';
  level.since = NEVER;
  level.count = 0;
  level.activeAt = NEVER;
  level.acted = false;
  level.untilSince = NEVER;
  level.repeatAt = NEVER;
}

/** When to act again after a repetition that was due at `due`: those that nobody was there for are left out. */
export function nextRepeat(due: number, repeat: number, now: number): number {
  return later(due, repeat * (Math.floor(Math.max(0, now - due) / repeat) + 1));
}

/** The sum of a time and a length of time, either of which may be NEVER. */
export function later(at: number, length: number): number {
  return at === NEVER || length === NEVER ? NEVER : Math.min(NEVER, at + length);
}
