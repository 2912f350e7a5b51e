import { idleLevel, type Course, type Level, type Transition } from '../level/level.ts';
import type { Moment } from '../moment.ts';
import type { Scope } from '../scope.ts';
import type { Out, Phase } from '../stage.ts';

/** One level of severity, by its name. */
export interface SeverityLevel {
  readonly name: string;
  readonly level: Level;
  /** The latest message that said something about this level; null where that is the latest of all. */
  moment: Moment | null;
  /** The last message that was seen did. */
  isNews: boolean;
}

/** Where the alert of one key stands. Plain JSON. */
export interface Standing {
  /** The alert as a whole: it fires while this is active. */
  readonly level: Level;
  /** Its levels of severity, lowest first; none where the alert has no more than one. */
  severities: readonly SeverityLevel[];
}

/** What moves an alert: messages and time. Transitions are those of the alert as a whole. */
export interface AlertCourse {
  /** The levels of severity that a standing has to have, in this order, to be moved. */
  readonly names: readonly string[];
  onMessage(standing: Standing, scope: Scope, out: Out): Transition;
  /** Called when `wakeAt` has come. It is called again while more is due. */
  onTime(standing: Standing, now: number, out: Out): Transition;
  /** It may be asked of a standing with other levels: those of the rule before a reload. */
  wakeAt(standing: Standing): number;
  /** Nobody was there for a while, up to `now`: what is pending begins anew. */
  doubt(standing: Standing, now: number): void;
}

/** An alert that is a level like any other. */
export function plainAlert(course: Course): AlertCourse {
  return {
    names: [],
    onMessage: ({ level }, scope, out) => course.onMessage(level, scope, out),
    onTime: ({ level }, now, out) => course.onTime(level, now, out),
    wakeAt: ({ level }) => course.wakeAt(level),
    doubt: ({ level }, now) => course.doubt(level, now),
  };
}

/** An alert before its first message. */
export function idleStanding(names: readonly string[]): Standing {
  return {
    level: idleLevel(),
    severities: names.map((name) => ({ name, level: idleLevel(), moment: null, isNews: false })),
  };
}

/** The level of severity with a name, which is looked for at its usual place first. */
export function levelNamed(
  severities: readonly SeverityLevel[],
  name: string,
  place: number,
): SeverityLevel | undefined {
  const usual = severities[place];
  return usual?.name === name ? usual : severities.find((one) => one.name === name);
}

/** Pending is an alert that does not fire, though some level of severity is not idle. */
export function phaseOf({ level, severities }: Standing, names: readonly string[]): Phase {
  if (level.phase === 'active' || names.length === 0) return level.phase;
  for (let i = 0; i < names.length; i++) {
    if ((levelNamed(severities, names[i] ?? '', i)?.level.phase ?? 'idle') !== 'idle') return 'pending';
  }
  return 'idle';
}

/** The highest level of severity that is active, or where none has to be, pending: its place, or -1. */
export function highest(severities: readonly SeverityLevel[], phase: Phase): number {
  return severities.findLastIndex(({ level }) => level.phase === 'active' || level.phase === phase);
}

/** Since when what made the alert pending or active has held: the earliest of its levels in that phase. */
export function sinceOf({ level, severities }: Standing, phase: Phase): number {
  const counted = severities.filter((one) => one.level.phase === 'active' || one.level.phase === phase);
  return Math.min(level.since, ...counted.map((one) => one.level.since));
}
