import type { Branch } from '../branch.ts';
import {
  copyLevel,
  idleLevel,
  isIdle,
  later,
  nextRepeat,
  type Course,
  type Level,
  type Transition,
} from '../level/level.ts';
import { momentInto, momentWithout, recall, type Moment } from '../moment.ts';
import type { Scope } from '../scope.ts';
import { NEVER, type Out, type Stage } from '../stage.ts';

/** What a level does on its way. */
export interface LevelActions {
  readonly start: Branch;
  /** On the way back to idle, if it had acted. */
  readonly end: Branch | null;
  /** It acts again at this pace while it is active. Milliseconds, or NEVER. */
  readonly repeat: number;
}

interface LevelState {
  /** Null while it is as before its first message: most are, most of the time. */
  level: Level | null;
  /** The latest message that said something about it, for as long as a timer may act. */
  moment: Moment | null;
}

/**
 * A level: idle, pending or active for each key. It acts on the way from idle to active, again while it is active
 * (`repeat`), and on the way back (`end`). `course` says when it moves.
 */
export function level(
  kind: 'level' | 'absent',
  course: Course,
  { start, end, repeat }: LevelActions,
): Stage<LevelState> {
  // Of one run, until it is kept.
  const next = idleLevel();
  let moment: Moment | null = null;
  let isNews = false; // Then the moment is that of this message.
  let moved = false;

  const begin = (state: LevelState): void => {
    if (state.level !== null) copyLevel(state.level, next);
    else if (!isIdle(next)) copyLevel(IDLE, next);
    moment = state.moment;
    isNews = false;
    moved = true;
  };
  const act = (transition: Transition, before: Level, scope: Scope, out: Out): void => {
    switch (transition) {
      case 'start':
        next.repeatAt = later(scope.now, repeat);
        show(next, scope);
        out.branch = start;
        out.pass(scope);
        return;
      case 'repeat':
        out.branch = start;
        out.pass(scope);
        return;
      case 'end':
        scope.active = false;
        if (!before.acted || end === null) return;
        out.branch = end;
        out.pass(scope);
        return;
      case 'unknown':
      case 'none':
      case 'pending':
      case 'broken':
    }
  };
  const isAwaited = (): boolean => Math.min(course.wakeAt(next), next.repeatAt) !== NEVER;

  return {
    kind,
    shape: `${kind}/2`,
    stateful: true,
    init: () => IDLE_STATE,
    expose(state, scope) {
      moved = false;
      show(state.level ?? IDLE, scope);
    },
    onEvent(state, scope, out) {
      begin(state);
      const transition = course.onMessage(next, scope, out);
      act(transition, state.level ?? IDLE, scope, out);
      if (!isAwaited()) moment = null;
      else isNews = transition !== 'unknown';
    },
    onWake(state, scope, out) {
      begin(state);
      if (moment !== null) recall(moment, scope);
      let transition = course.onTime(next, scope.now, out);
      if (transition === 'none' && next.repeatAt <= scope.now) {
        next.repeatAt = nextRepeat(next.repeatAt, repeat, scope.now);
        transition = 'repeat';
      }
      act(transition, state.level ?? IDLE, scope, out);
      if (!isAwaited()) moment = null;
    },
    keep(state, scope) {
      if (!moved) return state;
      const isBlank = isIdle(next);
      if (isBlank && moment === null && !isNews) return IDLE_STATE;
      const own = state === IDLE_STATE ? { level: null, moment: null } : state;
      if (isBlank) own.level = null;
      else copyLevel(next, (own.level ??= idleLevel()));
      own.moment = isNews ? momentInto(moment, scope) : moment;
      return own;
    },
    wakeAt: ({ level }) => {
      if (level === null) return NEVER;
      return Math.min(course.wakeAt(level), repeat === NEVER ? NEVER : level.repeatAt);
    },
    phase: ({ level }) => (level ?? IDLE).phase,
    doubt(state, now) {
      if (state.level === null) return state;
      course.doubt(state.level, now);
      return isIdle(state.level) ? IDLE_STATE : state;
    },
    seed: (_state, now, captures) => ({
      level: { ...idleLevel(), since: now },
      moment: momentWithout(captures, now),
    }),
  };
}

const IDLE: Readonly<Level> = idleLevel();

/** That of all keys of which there is nothing to remember. */
const IDLE_STATE: LevelState = Object.freeze({ level: null, moment: null });

function show({ phase, since }: Level, scope: Scope): void {
  scope.active = phase === 'active';
  scope.heldSince = since;
}
