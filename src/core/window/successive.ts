import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import {
  carried,
  emptyBatch,
  gathered,
  gatherLatest,
  passBatch,
  type Batch,
  type Bounds,
  type Carried,
} from './batch.ts';
import type { Layout } from './layout.ts';
import type { WindowKind } from './window-kind.ts';

interface SuccessiveState {
  /** The window that fills. */
  open: Batch | null;
  /** Those before it whose end is overdue: null for none, which is nearly always. */
  overdue: readonly Batch[] | null;
  before: Carried;
}

/** How windows begin and end of which a message is in one only. `ahead`: how far the clock that they are aligned to is ahead. */
interface Succession {
  readonly name: string;
  /** The bounds of the window that a message begins. */
  first(at: number, ahead: number): Bounds;
  /** A message joins a window that has these bounds: they may change. */
  extend(bounds: Bounds, at: number): void;
}

/** Windows of one size that follow each other. One that is open when the wall clock is set ends when it would have. */
export function tumbling(layout: Layout, aggregation: Aggregation): WindowKind<SuccessiveState> {
  let latest: Bounds = { start: Number.NaN, end: Number.NaN }; // Many keys are in the same window.
  return successive(aggregation, {
    name: 'tumbling',
    first(at, ahead) {
      const start = layout.paneStart(at + ahead) - ahead;
      const end = layout.paneEnd(at + ahead) - ahead;
      if (latest.start !== start || latest.end !== end) latest = { start, end };
      return latest;
    },
    extend() {},
  });
}

/** Sessions: a gap without a message ends one, and so does its greatest length. */
export function sessions(gap: number, max: number, aggregation: Aggregation): WindowKind<SuccessiveState> {
  return successive(aggregation, {
    name: 'session',
    first: (at) => ({ start: at, end: at + Math.min(gap, max) }),
    extend(bounds, at) {
      bounds.end = Math.min(at + gap, bounds.start + max);
    },
  });
}

/** Windows that follow each other and end by themselves. They keep no messages. */
function successive(aggregation: Aggregation, succession: Succession): WindowKind<SuccessiveState> {
  return {
    shape: `${succession.name}/2 ${idOf(aggregation)}`,
    init: () => ({ open: null, overdue: null, before: null }),
    enter(state, at, values, scope, out) {
      let batch = state.open;
      if (batch === null || at >= batch.bounds.end) {
        const next = emptyBatch(aggregation, succession.first(at, scope.wallAhead));
        if (batch !== null) state.overdue = [...(state.overdue ?? []), batch];
        state.open = batch = next;
      } else succession.extend(batch.bounds, at);
      gatherLatest(batch, aggregation, at, values, scope, out);
    },
    dueAt: ({ open, overdue }) => (overdue?.[0] ?? open)?.bounds.end ?? NEVER,
    due(state, scope, out) {
      const batch = takeFirst(state);
      if (batch === null) return;
      const values = gathered(batch, aggregation, state.before);
      state.before = carried(batch, aggregation, state.before);
      passBatch(batch, values, batch.live, scope, out);
    },
  };
}

function takeFirst(state: SuccessiveState): Batch | null {
  const { open, overdue } = state;
  const [first, ...rest] = overdue ?? [];
  if (first === undefined) state.open = null;
  else state.overdue = rest.length === 0 ? null : rest;
  return first ?? open;
}
