import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { carried, gathered, passBatch, type Carried } from './batch.ts';
import type { EventKind } from './event-kind.ts';
import type { Layout } from './layout.ts';
import {
  forgetMoment,
  gatherStored,
  insert,
  placeAfter,
  stored,
  surplusOf,
  takeFirst,
  type Store,
  type StoredMessage,
} from './stored.ts';

interface AlignedState extends Store {
  /** Windows that end at or before this have closed. */
  closed: number;
  before: Carried;
}

/** Tumbling and hopping windows in event time. Messages are kept until no open window holds them, and then gathered in order. */
export function eventAligned(layout: Layout, bounds: string, aggregation: Aggregation): EventKind<AlignedState> {
  const after = (messages: StoredMessage[], before: Carried): Carried =>
    messages.length === 0 ? before : carried(gatherStored(messages, aggregation, 0, 0), aggregation, before);
  const leave = (state: AlignedState, count: number): void => {
    state.before = after(takeFirst(state, count), state.before);
  };
  return {
    shape: `event-${layout.name}/2 ${bounds} ${idOf(aggregation)}`,
    init: () => ({ messages: [], weight: 0, closed: -NEVER, before: null }),
    isLate: (_state, at, mark) => mark !== -NEVER && layout.hasEnded(at, mark),
    enter(state, at, values, live, moment, mark, out) {
      state.closed = Math.max(state.closed, mark);
      const { messages } = state;
      const place = insert(state, stored(at, values, live, moment));
      // Names mean the latest message of a window, which is the last of a pane.
      const previous = messages[place - 1];
      if (previous !== undefined && previous.at >= layout.paneStart(at)) forgetMoment(state, previous);
      const next = messages[place + 1];
      if (next !== undefined && next.at < layout.paneEnd(at)) {
        forgetMoment(state, messages[place] as StoredMessage); // It has just been put there.
      }
      const surplus = surplusOf(state);
      if (surplus === 0) return;
      leave(state, surplus);
      out.fail('window_full', 'a window keeps as much as it may for one key: its oldest messages make room');
    },
    dueAt: ({ messages: [first], closed }) =>
      first === undefined ? NEVER : layout.endAfter(Math.max(first.at, closed)),
    due(state, scope, out) {
      const { messages } = state;
      const end = layout.endAfter(Math.max(messages[0]?.at ?? 0, state.closed));
      const start = layout.startOf(end);
      const first = placeAfter(messages, start - 1); // What came in a gap between windows is in none.
      const inside = messages.slice(first, placeAfter(messages, end - 1));
      const batch = gatherStored(inside, aggregation, start, end);
      const values = gathered(batch, aggregation, after(messages.slice(0, first), state.before));
      state.closed = end;
      leave(state, placeAfter(messages, layout.nextStart(start) - 1));
      if (batch.count > 0) passBatch(batch, values, batch.live, scope, out);
    },
  };
}
