import type { Scope } from '../scope.ts';
import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { carried, emptyBatch, gathered, gatherLatest, merged, passBatch, type Batch, type Carried } from './batch.ts';
import type { Layout } from './layout.ts';
import type { WindowKind } from './window-kind.ts';

/** Times in it are those of the clock that windows are aligned to. */
interface HoppingState {
  /** What has come in each pane, in order; those that no window to come holds are gone. */
  panes: Batch[];
  /** When the next window ends. */
  endsAt: number;
  /** How far that clock is ahead. */
  ahead: number;
  before: Carried;
}

/**
 * Windows that overlap, or have gaps between them. A message is gathered once, in its pane, and panes are put together where a
 * window ends.
 */
export function hopping(layout: Layout, bounds: string, aggregation: Aggregation): WindowKind<HoppingState> {
  /** The clock was set: what has come stays as old as it is, and windows end by the clock as it is now. */
  const follow = (state: HoppingState, at: number, { wallAhead }: Scope): void => {
    const jump = wallAhead - state.ahead;
    if (jump === 0) return;
    state.ahead = wallAhead;
    for (const { bounds } of state.panes) {
      bounds.start += jump;
      bounds.end = Math.min(bounds.end + jump, at + wallAhead); // What comes now is in another pane.
    }
    if (state.panes.length > 0) state.endsAt = layout.endAfter(at + wallAhead);
  };
  return {
    shape: `hopping/2 ${bounds} ${idOf(aggregation)}`,
    init: () => ({ panes: [], endsAt: NEVER, ahead: 0, before: null }),
    enter(state, now, values, scope, out) {
      follow(state, now, scope);
      const at = now + state.ahead;
      let pane = state.panes.at(-1);
      if (pane === undefined) state.endsAt = layout.endAfter(at);
      if (pane === undefined || at >= pane.bounds.end) {
        pane = emptyBatch(aggregation, { start: layout.paneStart(at), end: layout.paneEnd(at) });
        state.panes.push(pane);
      }
      gatherLatest(pane, aggregation, now, values, scope, out);
    },
    dueAt: ({ endsAt, ahead }) => (endsAt === NEVER ? NEVER : endsAt - ahead),
    due(state, scope, out) {
      const { panes, endsAt: end, ahead } = state;
      const start = layout.startOf(end);
      let { before } = state;
      for (const pane of panes) if (pane.bounds.start < start) before = carried(pane, aggregation, before);
      const inside = panes.filter(({ bounds }) => bounds.start >= start && bounds.start < end);
      const batch = merged(inside, aggregation, { start: start - ahead, end: end - ahead });
      const values = gathered(batch, aggregation, before);
      const next = layout.nextStart(start);
      const leaving = panes.findIndex(({ bounds }) => bounds.start >= next);
      for (const pane of panes.splice(0, leaving === -1 ? panes.length : leaving))
        state.before = carried(pane, aggregation, state.before);
      state.endsAt = panes[0] === undefined ? NEVER : layout.endAfter(Math.max(end, panes[0].bounds.start));
      if (batch.count > 0) passBatch(batch, values, batch.live, scope, out);
    },
  };
}
