import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { carried, emptyBatch, gathered, gatherLatest, merged, passBatch, type Batch } from './batch.ts';
import type { Layout } from './layout.ts';
import type { WindowKind } from './window-kind.ts';

interface HoppingState {
  /** What has come in each pane, in order; those that no window to come holds are gone. */
  panes: Batch[];
  /** When the next window ends. */
  endsAt: number;
  before: unknown[];
}

/** Windows that overlap. A message is gathered once, in its pane, and panes are put together where a window ends. */
export function hopping(layout: Layout, bounds: string, aggregation: Aggregation): WindowKind<HoppingState> {
  return {
    shape: `hopping/1 ${bounds} ${idOf(aggregation)}`,
    init: () => ({ panes: [], endsAt: NEVER, before: [] }),
    enter(state, at, values, scope, out) {
      let pane = state.panes.at(-1);
      if (pane === undefined) state.endsAt = layout.endAfter(at);
      if (pane === undefined || at >= pane.end) {
        pane = emptyBatch(aggregation, layout.paneStart(at), layout.paneEnd(at));
        state.panes.push(pane);
      }
      gatherLatest(pane, aggregation, at, values, scope, out);
    },
    dueAt: ({ endsAt }) => endsAt,
    due(state, scope, out) {
      const { panes, before, endsAt: end } = state;
      const start = layout.startOf(end);
      const inside = panes.filter((pane) => pane.start < end);
      const batch = { ...merged(inside, aggregation), start, end };
      const values = gathered(batch, aggregation, before);
      const next = layout.nextStart(start);
      const leaving = panes.findIndex((pane) => pane.start >= next);
      for (const pane of panes.splice(0, leaving === -1 ? panes.length : leaving)) carried(pane, aggregation, before);
      state.endsAt = panes[0] === undefined ? NEVER : layout.endAfter(Math.max(end, panes[0].start));
      passBatch(batch, values, batch.live, scope, out);
    },
  };
}
