import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { carried, emptyBatch, gathered, gatherLatest, passBatch, type Batch } from './batch.ts';
import type { WindowKind } from './window-kind.ts';

interface SuccessiveState {
  /** The window that fills, and before it those whose end is overdue. */
  open: Batch[];
  before: unknown[];
}

/** How windows begin and end of which a message is in one only. */
export interface Succession {
  /** Windows that are bounded alike. */
  readonly name: string;
  /** The bounds of the window that a message begins. */
  firstStart(at: number): number;
  firstEnd(at: number): number;
  /** The end of a window that began at `start` and ended at `end`, when a message joins it. */
  extended(start: number, end: number, at: number): number;
}

/** Windows that follow each other and end by themselves: tumbling windows, and sessions. They keep no messages. */
export function successive(succession: Succession, aggregation: Aggregation): WindowKind<SuccessiveState> {
  return {
    shape: `${succession.name}/1 ${idOf(aggregation)}`,
    init: () => ({ open: [], before: [] }),
    enter({ open }, at, values, scope, out) {
      let batch = open.at(-1);
      if (batch === undefined || at >= batch.end) {
        batch = emptyBatch(aggregation, succession.firstStart(at), succession.firstEnd(at));
        open.push(batch);
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

/** The bounds of sessions: a gap without a message ends one, and so does its greatest length. */
export function sessions(gap: number, max: number): Succession {
  return {
    name: 'session',
    firstStart: (at) => at,
    firstEnd: (at) => at + Math.min(gap, max),
    extended: (start, _end, at) => Math.min(at + gap, start + max),
  };
}
