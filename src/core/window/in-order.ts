import { recall } from '../moment.ts';
import type { EventKind } from './event-kind.ts';
import { forgetMoment, insert, stored, surplusOf, takeFirst, type Store } from './stored.ts';
import type { WindowKind } from './window-kind.ts';

interface InOrderState<S> extends Store {
  /** How many messages, from the first on, have had their turn; they are thrown out now and then. */
  done: number;
  windows: S;
}

/**
 * Windows that are evaluated when messages come, in event time: each message waits until event time has come to it, and
 * then enters in its turn. One that is older than that is late.
 */
export function inOrder<S>(kind: WindowKind<S>): EventKind<InOrderState<S>> {
  const throwOut = (state: InOrderState<S>, count: number): void => {
    takeFirst(state, count);
    state.done = Math.max(0, state.done - count);
  };
  return {
    shape: `in-order/2 ${kind.shape}`,
    init: () => ({ messages: [], weight: 0, done: 0, windows: kind.init() }),
    isLate: (_state, at, mark) => at < mark,
    enter(state, at, values, live, moment, _mark, out) {
      insert(state, stored(at, values, live, moment));
      const surplus = surplusOf(state);
      if (surplus === 0) return;
      if (surplus > state.done)
        out.fail('window_full', 'too many messages wait for event time to come to them: the oldest make room');
      throwOut(state, surplus);
    },
    dueAt: ({ messages, done, windows }) => {
      const first = messages[done];
      const at = kind.dueAt(windows);
      return first !== undefined && first.at < at ? first.at : at;
    },
    due(state, scope, out) {
      const { windows, messages, done } = state;
      const message = messages[done];
      const at = kind.dueAt(windows);
      if (message === undefined || message.at > at || (message.at === at && kind.onlyLeaves !== true)) {
        kind.due(windows, scope, out);
        return;
      }
      const { moment } = message;
      forgetMoment(state, message);
      state.done++;
      if (state.done >= MOST_DONE && state.done * 2 >= messages.length) throwOut(state, state.done);
      if (moment === null) return;
      recall(moment, scope);
      scope.live = message.live;
      kind.enter(windows, message.at, message.values, scope, out);
    },
  };
}

/** Messages that are done may stay so long, so that moving the others up is rare. */
const MOST_DONE = 32;
