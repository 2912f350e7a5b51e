import { momentInto, type Moment } from '../moment.ts';
import { NEVER } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import { passResult } from './result.ts';
import { comeIn, countOf, emptyRows, gatheredOf, goOut, oldestAt, type Rows } from './rows.ts';
import type { WindowKind } from './window-kind.ts';

interface SlidingState {
  rows: Rows;
  /** The latest message, where results come of its leaving. */
  latest: Moment | null;
}

/**
 * A window over the last `size` milliseconds, evaluated for each message: `(t - size, t]`. With `departures`, also when
 * messages leave it, the last one too.
 */
export function sliding(size: number, departures: boolean, aggregation: Aggregation): WindowKind<SlidingState> {
  const leave = (rows: Rows, at: number): void => {
    while (countOf(rows) > 0 && oldestAt(rows) <= at - size) goOut(rows, aggregation);
  };
  return {
    shape: `sliding/2 ${idOf(aggregation)}`,
    onlyLeaves: true,
    init: () => ({ rows: emptyRows(aggregation), latest: null }),
    enter(state, at, values, scope, out) {
      const { rows } = state;
      leave(rows, at);
      comeIn(rows, aggregation, at, values, out);
      if (departures) state.latest = momentInto(state.latest, scope, aggregation.readsPayload);
      passResult(
        {
          start: at - size,
          end: at,
          count: countOf(rows),
          values: gatheredOf(rows, aggregation, at),
          latest: null,
          live: scope.live,
          leaving: false,
        },
        scope,
        out,
      );
    },
    dueAt: ({ rows }) => (departures && countOf(rows) > 0 ? oldestAt(rows) + size : NEVER),
    due({ rows, latest }, scope, out) {
      const at = oldestAt(rows) + size;
      leave(rows, at);
      passResult(
        {
          start: at - size,
          end: at,
          count: countOf(rows),
          values: gatheredOf(rows, aggregation, at),
          latest,
          live: true,
          leaving: true,
        },
        scope,
        out,
      );
    },
  };
}
