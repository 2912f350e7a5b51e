import type { ActionFailure } from '../action.ts';
import type { Branch } from '../branch.ts';
import type { Announcement } from '../alert/announcement.ts';
import { idleRecord, putBack, takeUp, type AlertRecord, type Episode } from '../alert/record.ts';
import { highest, phaseOf, sinceOf, type AlertCourse } from '../alert/standing.ts';
import type { AlertState } from '../effect.ts';
import { later, nextRepeat, type Transition } from '../level/level.ts';
import { momentOf, momentWithout, recall, type Moment } from '../moment.ts';
import type { Scope } from '../scope.ts';
import { NEVER, type Out, type Stage } from '../stage.ts';

/** What an alert does on its way, and how it is told of. */
export interface AlertActions {
  /** When it fires, at each change of its severity, and at each `repeat`. */
  readonly start: Branch;
  /** When it is resolved, if it had acted. */
  readonly end: Branch | null;
  /** Milliseconds, or NEVER. */
  readonly repeat: number;
  /** Of an alert without levels; null for none. */
  readonly severity: string | null;
  /** The severity may fall while the alert fires. */
  readonly falling: boolean;
  /** It is told of while it is pending, too. */
  readonly pending: boolean;
  /** Where a message acknowledges it; null: nowhere. */
  readonly ack: ((scope: Scope) => string | ActionFailure) | null;
  readonly shadow: boolean;
}

/** Until what the rate limit held back is tried again. Milliseconds. */
const RETRY = 1_000;

/**
 * An alert: a level with a public life, from pending to firing to resolved. It is told of at each of these steps and at
 * each change of its severity, whatever holds back what the rule does besides.
 */
export function alert(course: AlertCourse, actions: AlertActions): Stage<AlertRecord> {
  const { start, end, repeat, pending, ack } = actions;
  const { names } = course;
  // Of one run, until it is kept.
  const next = idleRecord(names);
  let hasMoved = false;
  let isTimed = false; // Time moves it, not a message or a result of a window.

  const begin = (record: AlertRecord): void => {
    takeUp(record, next, names);
    hasMoved = true;
  };

  /** Go on with what the rule does, and with what is told of the alert; null for nothing. */
  const act = (branch: Branch | null, announcement: Announcement | null, scope: Scope, out: Out): void => {
    const { episode, level } = next;
    scope.active = level.phase === 'active';
    scope.severity = announcement?.severity ?? episode?.severity ?? null;
    if (episode !== null) scope.heldSince = episode.since;
    out.branch = branch;
    out.announcement = announcement;
    out.pass(scope);
    if (announcement === null) return;
    next.owed = announcement.sent ? null : announcement;
    next.owedAt = announcement.sent ? NEVER : scope.now + RETRY;
    // An episode that is over may still be owed.
    if (episode !== null && announcement.state !== 'resolved') next.episode = { ...episode, topic: announcement.topic };
  };

  /** See what has become of the alert by a transition of the whole; true if anything was done. */
  const settle = (transition: Transition, hadActed: boolean, scope: Scope, out: Out): boolean => {
    const phase = phaseOf(next, names);
    let isDone = false;
    const { episode } = next;
    if (episode !== null && (transition === 'end' || phase === 'idle')) {
      next.episode = null;
      const branch = hadActed ? end : null;
      const announcement = episode.told ? announce('resolved', episode, scope.now) : null;
      if (branch !== null || announcement !== null) act(branch, announcement, scope, out);
      isDone = true;
    }
    if (isDone && isTimed) mean(momentOfTelling(null), scope);
    if (phase === 'pending') return wait(next.episode, scope, out) || isDone;
    if (phase === 'active') return fire(next.episode, scope, out) || isDone;
    return isDone;
  };

  const wait = (before: Episode | null, scope: Scope, out: Out): boolean => {
    const pends = names.length === 0 ? actions.severity : (names[highest(next.severities, 'pending')] ?? null);
    const wasTold = before?.told === true;
    const isTold = pending && scope.live && !(wasTold && before.severity === pends);
    const told = isTold || wasTold;
    const severity = wasTold && !isTold ? before.severity : pends; // As it was told last.
    const since = sinceOf(next, 'pending');
    if (before === null) next.episode = { severity, since, firedAt: NEVER, acknowledged: false, told, topic: null };
    else if (isTold || before.since !== since || before.severity !== severity)
      next.episode = { ...before, severity, since, told };
    if (isTold && next.episode !== null) act(null, announce('pending', next.episode, NEVER), scope, out);
    return isTold;
  };

  const fire = (before: Episode | null, scope: Scope, out: Out): boolean => {
    const isNew = before === null || before.firedAt === NEVER;
    const severity = severityOf(isNew ? null : before.severity);
    if (!isNew && (before.severity === severity || !scope.live)) return false;
    const since = isNew ? sinceOf(next, 'active') : before.since;
    const firedAt = isNew ? scope.now : before.firedAt;
    const { acknowledged = false, topic = null } = before ?? {};
    const told = scope.live || before?.told === true;
    next.episode = { severity, since, firedAt, acknowledged, told, topic };
    if (!scope.live) return false;
    next.level.acted = true;
    next.level.repeatAt = acknowledged ? NEVER : later(scope.now, repeat);
    act(start, announce('firing', next.episode, NEVER), scope, out);
    return true;
  };

  /** The severity of an alert that fires, and has had this one. */
  const severityOf = (before: string | null): string | null => {
    if (names.length === 0) return actions.severity;
    const held = highest(next.severities, 'active');
    const had = before === null ? -1 : names.indexOf(before);
    return names[actions.falling && held !== -1 ? held : Math.max(held, had)] ?? before;
  };

  /** What names mean when time has passed: the message that the level of the severity was last told something by. */
  const momentOfTelling = (before: Episode | null, isOver = false): Moment | null => {
    const phase = isOver ? 'idle' : phaseOf(next, names);
    const had = before?.severity ?? null; // That of what is over.
    const pends = phase === 'pending' ? names[highest(next.severities, phase)] : null;
    const fires = phase === 'active' ? severityOf(before?.firedAt === NEVER ? null : had) : null;
    const place = names.indexOf(fires ?? pends ?? had ?? '');
    return next.severities[place]?.moment ?? next.moment;
  };

  const isAwaited = (): boolean =>
    next.owed !== null || phaseOf(next, names) !== 'idle' || course.wakeAt(next) !== NEVER;

  return {
    kind: 'alert',
    // A rule that did nothing has told nobody, and what others were told holds only for one that does.
    shape: actions.shadow ? 'alert/3/shadow' : 'alert/3',
    stateful: true,
    init: () => idleRecord(names),
    expose({ level, episode }, scope) {
      hasMoved = false;
      scope.active = level.phase === 'active';
      scope.heldSince = episode?.since ?? level.since;
      scope.severity = scope.active ? (episode?.severity ?? null) : null;
    },
    onEvent(record, scope, out) {
      begin(record);
      isTimed = false;
      const transition = course.onMessage(next, scope, out);
      settle(transition, record.level.acted, scope, out);
      if (!isAwaited()) forget(next);
      else if (transition !== 'unknown') remember(next, scope);
    },
    onWake(record, scope, out) {
      begin(record);
      isTimed = true;
      const transition = course.onTime(next, scope.now, out);
      mean(momentOfTelling(record.episode, transition === 'end'), scope);
      const isDone = settle(transition, record.level.acted, scope, out);
      // Whatever else is due may end it first.
      if (!isDone && next.level.repeatAt <= scope.now && course.wakeAt(next) > scope.now) {
        next.level.repeatAt = nextRepeat(next.level.repeatAt, repeat, scope.now);
        act(start, null, scope, out);
      }
      const { owed } = next;
      if (owed !== null && next.owedAt <= scope.now) act(null, { ...owed }, scope, out);
      if (!isAwaited()) forget(next);
    },
    onAck(record, topic, scope, out) {
      const { episode, moment, level } = record;
      if (level.phase !== 'active' || episode?.told !== true || episode.acknowledged) return;
      mean(moment, scope);
      if (ack?.(scope) !== topic) return;
      begin(record);
      next.level.repeatAt = NEVER;
      next.episode = { ...episode, acknowledged: true };
      act(null, announce('firing', next.episode, NEVER), scope, out);
    },
    onRemove({ episode, owed, moment }, scope, out) {
      const last = episode?.told === true ? announce('resolved', episode, scope.now) : owed;
      if (last === null) return;
      mean(moment, scope);
      scope.active = false;
      scope.severity = last.severity;
      out.announcement = { ...last };
    },
    keep(record) {
      if (hasMoved) putBack(next, record, names);
      return record;
    },
    wakeAt(record) {
      const again = repeat === NEVER ? NEVER : record.level.repeatAt;
      return Math.min(course.wakeAt(record), again, record.owedAt);
    },
    phase: (record) => phaseOf(record, names),
    doubt(record, now) {
      course.doubt(record, now);
      const { episode } = record;
      if (phaseOf(record, names) !== 'idle' || episode === null) return record;
      record.episode = null;
      if (!episode.told) return record;
      record.owed = announce('resolved', episode, now);
      record.owedAt = now;
      return record;
    },
    seed(record, now, captures) {
      record.level.since = now;
      record.moment = momentWithout(captures, now);
      return record;
    },
  };
}

/** Let names mean what they meant then, if anything. */
function mean(moment: Moment | null, scope: Scope): void {
  if (moment !== null) recall(moment, scope);
}

/** Keep the message that the scope is filled with, for the levels that it said something about. */
function remember(record: AlertRecord, scope: Scope): void {
  for (const one of record.severities) one.moment = one.isNews ? null : (one.moment ?? record.moment);
  record.moment = momentOf(scope);
}

function forget(record: AlertRecord): void {
  record.moment = null;
  for (const one of record.severities) one.moment = null;
}

function announce(
  state: AlertState,
  { severity, acknowledged, since, firedAt, topic }: Episode,
  resolvedAt: number,
): Announcement {
  return { state, severity, acknowledged, since, firedAt, resolvedAt, topic, sent: false };
}
