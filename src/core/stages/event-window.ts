import type { Branch } from '../branch.ts';
import { wallTime } from '../logic/getter.ts';
import { momentOf, recall } from '../moment.ts';
import type { Scope } from '../scope.ts';
import { NEVER, type Out, type Stage } from '../stage.ts';
import { readOperands, type Aggregation } from '../window/aggregation.ts';
import { hear, markAt, reaches, stoppedClock, type EventClock } from '../window/event-clock.ts';
import type { EventKind } from '../window/event-kind.ts';

/** How the time that messages tell is understood. Lengths of time are milliseconds. */
export interface EventTime {
  /** The time that the message tells, or NaN. Epoch milliseconds. */
  readonly read: (scope: Scope) => number;
  /** The watermark is so far behind the largest time. */
  readonly lateness: number;
  /** When no message came for so long, the watermark goes on by itself. */
  readonly idle: number;
  /** A time further ahead of the clock is refused. */
  readonly skew: number;
  /** All keys of the rule have one watermark. */
  readonly shared: boolean;
}

/** With a watermark of its own, the event time of a key; else that of the rule is told to it. */
export interface EventWindowState<S = unknown> {
  clock: EventClock;
  /** The event time that a key of the rule waits for next, in the cell of the rule's own clock; else NEVER. */
  awaited: number;
  windows: S;
}

/** `window` in event time: in the time that messages tell. `late` is done for those that come too late. */
export function eventWindow<S>(
  kind: EventKind<S>,
  aggregation: Aggregation,
  time: EventTime,
  late: Branch | null,
): Stage<EventWindowState<S>> {
  const { idle, lateness, shared } = time;
  const pass = (state: S, upTo: number, scope: Scope, out: Out): void => {
    scope.boundsAhead = 0; // They are in the time that messages tell.
    while (kind.dueAt(state) <= upTo) kind.due(state, scope, out);
  };
  const markOf = ({ clock }: EventWindowState<S>, { reached, now }: Scope): number =>
    reached ?? markAt(clock, now, idle);
  return {
    kind: 'window',
    shape: `${shared ? 'shared-' : ''}${kind.shape}`,
    stateful: true,
    splits: true,
    wakesFirst: true,
    init: () => ({ clock: stoppedClock(), awaited: NEVER, windows: kind.init() }),
    onEvent(state, scope, out) {
      const { windows, clock } = state;
      const values: unknown[] = []; // They are kept.
      readOperands(aggregation, scope, values);
      const at = time.read(scope);
      if (!isUsable(at, time, scope, out)) return;
      const { live } = scope;
      const moment = momentOf(scope);
      const mark = markOf(state, scope);
      // Timers have ended what event time came to by itself, unless they were held up.
      if (!shared) pass(windows, mark, scope, out);
      const isLate = kind.isLate(windows, at, mark);
      if (!isLate) kind.enter(windows, at, values, live, moment, mark, out);
      if (shared) scope.told = at;
      else {
        hear(clock, at - lateness, scope.now, idle);
        pass(windows, clock.mark, scope, out);
        recall(moment, scope);
        scope.live = live;
      }
      if (!isLate) return;
      out.fail('late', 'the message came when its windows had closed');
      if (late !== null && live) out.perform(late, scope);
    },
    onRefused(state, scope, out) {
      hear(state.clock, scope.told - lateness, scope.now, idle);
      pass(state.windows, state.clock.mark, scope, out);
    },
    wakeAt({ clock, windows, awaited }) {
      return reaches(clock, shared ? awaited : kind.dueAt(windows), idle);
    },
    onWake: (state, scope, out) => pass(state.windows, markOf(state, scope), scope, out),
    endsAt: ({ windows }) => kind.dueAt(windows),
  };
}

/** Whether a message tells a time that it can be put by; if not, that is counted. */
function isUsable(at: number, { skew }: EventTime, scope: Scope, out: Out): boolean {
  if (Number.isNaN(at)) out.fail('unknown_time', 'the `time` of the window is unknown');
  else if (at > wallTime(scope) + skew) out.fail('future', 'the message tells a time too far ahead of the clock');
  else return true;
  return false;
}
