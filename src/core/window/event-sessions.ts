import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { carried, gathered, passBatch, type Carried } from './batch.ts';
import type { EventKind } from './event-kind.ts';
import {
  forgetMoment,
  gatherStored,
  insert,
  stored,
  surplusOf,
  takeFirst,
  type Store,
  type StoredMessage,
} from './stored.ts';

interface SessionsState extends Store {
  /** The end of the last session that has closed. */
  closed: number;
  /** The first session that is open: how many messages it has, and its end as far as is known. */
  count: number;
  end: number;
  before: Carried;
}

/** Sessions in event time. A message that joins two of them makes them one. */
export function eventSessions(gap: number, max: number, aggregation: Aggregation): EventKind<SessionsState> {
  /** Find the first session anew, from the messages. */
  const settle = (state: SessionsState): void => {
    const [first] = state.messages;
    state.count = 0;
    state.end = first === undefined ? NEVER : first.at + gap;
    for (const { at } of state.messages) {
      if (at >= state.end) return;
      state.count++;
      state.end = Math.min(at + gap, (first?.at ?? at) + max);
    }
  };
  const close = (state: SessionsState, count: number): StoredMessage[] => {
    const taken = takeFirst(state, count);
    settle(state);
    return taken;
  };
  return {
    shape: `event-session/2 ${idOf(aggregation)}`,
    init: () => ({ messages: [], weight: 0, closed: -NEVER, count: 0, end: NEVER, before: null }),
    isLate({ messages: [first], closed }, at, mark) {
      const joins = first !== undefined && first.at < at + gap;
      // One that joins none that is open belongs to a session that has closed, or would be one that has.
      if (!joins) return at < closed || at + gap <= mark;
      return first.at > at && at + max <= mark;
    },
    enter(state, at, values, live, moment, _mark, out) {
      const { messages } = state;
      const [first] = messages;
      const place = insert(state, stored(at, values, live, moment));
      const isLast = place === messages.length - 1;
      if (!isLast || first === undefined) settle(state);
      else if (at < state.end) {
        state.count++;
        state.end = Math.min(at + gap, first.at + max);
      }
      if (max === NEVER) {
        // Sessions only grow, so names will not mean a message that has another behind it.
        const [previous, next] = [messages[place - 1], messages[place + 1]];
        if (previous !== undefined && at < previous.at + gap) forgetMoment(state, previous);
        if (next !== undefined && next.at < at + gap) forgetMoment(state, messages[place] as StoredMessage); // Just put.
      }
      const surplus = surplusOf(state);
      if (surplus === 0) return;
      const gone = gatherStored(close(state, surplus), aggregation, 0, 0);
      state.before = carried(gone, aggregation, state.before);
      out.fail('window_full', 'a window keeps as much as it may for one key: its oldest messages make room');
    },
    dueAt: ({ end }) => end,
    due(state, scope, out) {
      const { end, before } = state;
      state.closed = end;
      const messages = close(state, state.count);
      const batch = gatherStored(messages, aggregation, messages[0]?.at ?? end, end);
      const values = gathered(batch, aggregation, before);
      state.before = carried(batch, aggregation, before);
      passBatch(batch, values, batch.live, scope, out);
    },
  };
}
