import { copyLevel, idleLevel, release, type Level } from '../level/level.ts';
import type { Moment } from '../moment.ts';
import { NEVER } from '../stage.ts';
import type { Announcement } from './announcement.ts';
import { idleStanding, levelNamed, type SeverityLevel, type Standing } from './standing.ts';

/**
 * One time that an alert is there, from pending or firing until it is resolved. Times are epoch milliseconds. Replaced,
 * never changed.
 */
export interface Episode {
  readonly severity: string | null;
  readonly since: number;
  /** NEVER while it is pending. */
  readonly firedAt: number;
  readonly acknowledged: boolean;
  /** Others have been told of it. They are not told that it fires where a primed message has made it so. */
  readonly told: boolean;
  /** Where it is published, once that is known: it ends where it began, though the rule may have changed. */
  readonly topic: string | null;
}

/** What is remembered of the alert of one key. Plain JSON. */
export interface AlertRecord extends Standing {
  episode: Episode | null;
  /** The latest message that said something about it, for as long as it may be told of. */
  moment: Moment | null;
  /** What the rule's rate limit held back, and when it is tried again. */
  owed: Announcement | null;
  owedAt: number;
}

/** The record of an alert before its first message. */
export function idleRecord(names: readonly string[]): AlertRecord {
  return { ...idleStanding(names), episode: null, moment: null, owed: null, owedAt: NEVER };
}

/** Make a record, which has these levels of severity, what another is, which may have those of the rule before a reload. */
export function takeUp(from: AlertRecord, into: AlertRecord, names: readonly string[]): void {
  copyRest(from, into);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? '';
    // The rule may have had no levels, and this severity.
    const inherited = from.episode?.severity === name ? from.level : IDLE;
    const known = levelNamed(from.severities, name, i);
    copyLevel(known?.level ?? inherited, levelAt(into, i));
    severityAt(into, i).moment = known?.moment ?? null;
  }
  // Only an alert without levels is pending as a whole.
  if (names.length > 0 && into.level.phase === 'pending') release(into.level);
}

/** Make a record what another is that has the levels of the rule. */
export function putBack(from: AlertRecord, into: AlertRecord, names: readonly string[]): void {
  copyRest(from, into);
  if (!hasLevels(into, names)) into.severities = idleStanding(names).severities;
  for (let i = 0; i < names.length; i++) {
    copyLevel(levelAt(from, i), levelAt(into, i));
    severityAt(into, i).moment = severityAt(from, i).moment;
  }
}

const IDLE = idleLevel();

function hasLevels({ severities }: AlertRecord, names: readonly string[]): boolean {
  if (severities.length !== names.length) return false;
  for (let i = 0; i < names.length; i++) if (severities[i]?.name !== names[i]) return false;
  return true;
}

function levelAt(record: AlertRecord, place: number): Level {
  return severityAt(record, place).level;
}

function severityAt({ severities }: AlertRecord, place: number): SeverityLevel {
  return severities[place] as SeverityLevel; // It has those of the rule.
}

function copyRest(from: AlertRecord, into: AlertRecord): void {
  copyLevel(from.level, into.level);
  into.episode = from.episode;
  into.moment = from.moment;
  into.owed = from.owed;
  into.owedAt = from.owedAt;
}
