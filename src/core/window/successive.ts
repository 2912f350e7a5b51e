import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { carried, emptyBatch, gathered, gatherLatest, passBatch, type Batch } from './batch.ts';
import type { Layout } from './layout.ts';
import type { WindowKind } from './window-kind.ts';

interface SuccessiveState {
  /** The window that fills, and before it those whose end is overdue. */
  open: Batch[];
  before: unknown[];
}

/** How windows begin and end of which a message is in one only. `ahead`: how far the clock that they are aligned to is ahead. */
interface Succession {
  readonly name: string;
  /** The bounds of the window that a message begins. */
  firstStart(at: number, ahead: number): number;
  firstEnd(at: number, ahead: number): number;
  /** The end of a window that began at `start` and ended at `end`, when a message joins it. */
  extended(start: number, end: number, at: number): number;
}

/** Windows of one size that follow each other. One that is open when the wall clock is set ends when it would have. */
export function tumbling(layout: Layout, aggregation: Aggregation): WindowKind<SuccessiveState> {
  return successive(aggregation, {
    name: 'tumbling',
    firstStart: (at, ahead) => layout.paneStart(at + ahead) - ahead,
    firstEnd: (at, ahead) => layout.paneEnd(at + ahead) - ahead,
    extended: (_start, end) => end,
  });
}

/** Sessions: a gap without a message ends one, and so does its greatest length. */
export function sessions(gap: number, max: number, aggregation: Aggregation): WindowKind<SuccessiveState> {
  return successive(aggregation, {
    name: 'session',
    firstStart: (at) => at,
    firstEnd: (at) => at + Math.min(gap, max),
    extended: (start, _end, at) => Math.min(at + gap, start + max),
  });
}

/** Windows that follow each other and end by themselves. They keep no messages. */
function successive(aggregation: Aggregation, succession: Succession): WindowKind<SuccessiveState> {
  return {
    shape: `${succession.name}/1 ${idOf(aggregation)}`,
    init: () => ({ open: [], before: [] }),
    enter(state, at, values, scope, out) {
      let batch = state.open.at(-1);
      if (batch === undefined || at >= batch.end) {
        const { wallAhead } = scope;
        batch = emptyBatch(aggregation, succession.firstStart(at, wallAhead), succession.firstEnd(at, wallAhead));
        state.open = state.open.concat(batch); // One, nearly always: a list that is pushed to has room for many.
      } else batch.end = succession.extended(batch.start, batch.end, at);
      gatherLatest(batch, aggregation, at, values, scope, out);
    },
    dueAt: ({ open }) => open[0]?.end ?? NEVER,
    due({ open, before }, scope, out) {
      const batch = open.shift();
      if (batch === undefined) return;
      const values = gathered(batch, aggregation, before);
      carried(batch, aggregation, before);
      passBatch(batch, values, batch.live, scope, out);
    },
  };
}
