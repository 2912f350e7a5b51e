import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { passResult } from './result.ts';
import { comeIn, countOf, emptyRows, gatheredOf, goOut, oldestAt, type Rows } from './rows.ts';
import type { WindowKind } from './window-kind.ts';

interface RollingCountState {
  rows: Rows;
  /** Messages since the last time `every` of them had come. */
  come: number;
}

/** The last `count` messages, each time `every` have come, and not before there are so many. */
export function rollingCount(count: number, every: number, aggregation: Aggregation): WindowKind<RollingCountState> {
  return {
    shape: `count-every/1 ${idOf(aggregation)}`,
    init: () => ({ rows: emptyRows(aggregation), come: 0 }),
    enter(state, at, values, scope, out) {
      const { rows } = state;
      while (countOf(rows) >= count) goOut(rows, aggregation);
      comeIn(rows, aggregation, at, values, out);
      state.come++;
      if (state.come < every) return;
      state.come = 0;
      if (countOf(rows) < count) return;
      passResult(
        {
          start: oldestAt(rows),
          end: at,
          count,
          values: gatheredOf(rows, aggregation, at),
          latest: null,
          live: scope.live,
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
