import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { passResult } from './result.ts';
import { comeIn, countOf, emptyRows, gatheredOf, goOut, oldestAt, type Rows } from './rows.ts';
import type { WindowKind } from './window-kind.ts';

interface RollingCountState {
  rows: Rows;
  /** Messages since the last time `every` of them had come. */
  come: number;
  /** One of these was live. */
  live: boolean;
}

/** The last `count` messages, each time `every` have come, and not before there are so many. */
export function rollingCount(count: number, every: number, aggregation: Aggregation): WindowKind<RollingCountState> {
  return {
    shape: `count-every/2 ${idOf(aggregation)}`,
    init: () => ({ rows: emptyRows(aggregation), come: 0, live: false }),
    enter(state, at, values, scope, out) {
      const { rows } = state;
      while (countOf(rows) >= count) goOut(rows, aggregation);
      comeIn(rows, aggregation, at, values, out);
      state.come++;
      state.live ||= scope.live;
      if (state.come < every) return;
      const { live } = state;
      state.come = 0;
      state.live = false;
      if (countOf(rows) < count) return;
      passResult(
        {
          start: oldestAt(rows),
          end: at,
          count,
          values: gatheredOf(rows, aggregation, at),
          latest: null,
          live,
          leaving: false,
        },
        scope,
        out,
      );
    },
    dueAt: () => NEVER,
    due() {},
  };
}
