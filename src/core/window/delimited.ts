import { truthy } from '../logic/value.ts';
import { momentOf, recall } from '../moment.ts';
import type { Expression, Scope } from '../scope.ts';
import { NEVER, type Out } from '../stage.ts';
import { idOf, type Aggregation } from './aggregation.ts';
import {
  carried,
  emptyBatch,
  gather,
  gathered,
  gatherLatest,
  passBatch,
  tellIfFull,
  type Batch,
  type Carried,
} from './batch.ts';
import type { WindowKind } from './window-kind.ts';

interface DelimitedState {
  /** The window that is open. */
  batch: Batch | null;
  before: Carried;
}

/** Windows of so many messages, one after the other: each ends with its last message. */
export function counted(count: number, aggregation: Aggregation): WindowKind<DelimitedState> {
  return delimited('count', aggregation, (state, at, values, scope, out) => {
    const batch = (state.batch ??= emptyBatch(aggregation, { start: at, end: at }));
    join(batch, aggregation, at, values, scope, out);
    if (batch.count >= count) close(state, batch, aggregation, scope, out);
  });
}

/** Windows that open with a message for which `from` is true, and end with a later one for which `to` is true. */
export function conditional(from: Expression, to: Expression, aggregation: Aggregation): WindowKind<DelimitedState> {
  return delimited('condition', aggregation, (state, at, values, scope, out) => {
    if (state.batch === null) {
      if (!isTrue(from, scope)) return;
      state.batch = emptyBatch(aggregation, { start: at, end: at });
      join(state.batch, aggregation, at, values, scope, out);
      return;
    }
    const ends = isTrue(to, scope);
    join(state.batch, aggregation, at, values, scope, out);
    if (!ends) return;
    close(state, state.batch, aggregation, scope, out);
    state.before = null; // What comes between two windows is in neither, so nothing is carried over it.
  });
}

/** Windows that end before a message for which `cut` is true, which is the first of the next. */
export function cutting(cut: Expression, aggregation: Aggregation): WindowKind<DelimitedState> {
  return delimited('cut', aggregation, (state, at, values, scope, out) => {
    const { batch } = state;
    if (batch !== null && isTrue(cut, scope)) {
      const moment = momentOf(scope);
      close(state, batch, aggregation, scope, out);
      recall(moment, scope);
    }
    state.batch ??= emptyBatch(aggregation, { start: at, end: at });
    state.batch.bounds.end = at;
    gatherLatest(state.batch, aggregation, at, values, scope, out);
  });
}

function delimited(
  name: string,
  aggregation: Aggregation,
  enter: WindowKind<DelimitedState>['enter'],
): WindowKind<DelimitedState> {
  return {
    shape: `${name}/2 ${idOf(aggregation)}`,
    init: () => ({ batch: null, before: null }),
    enter,
    dueAt: () => NEVER,
    due() {},
  };
}

/** The message that the scope is filled with joins a window which, if it ends, ends with it: it need not be kept. */
function join(
  batch: Batch,
  aggregation: Aggregation,
  at: number,
  values: readonly unknown[],
  scope: Scope,
  out: Out,
): void {
  batch.bounds.end = at;
  gather(batch, aggregation, at, values, scope.live);
  tellIfFull(batch, aggregation, out);
}

/** The window ends by a message that has come, which may be a retained one: what was live in it is acted on. */
function close(state: DelimitedState, batch: Batch, aggregation: Aggregation, scope: Scope, out: Out): void {
  const values = gathered(batch, aggregation, state.before);
  state.before = carried(batch, aggregation, state.before);
  state.batch = null;
  passBatch(batch, values, batch.live, scope, out);
}

function isTrue(condition: Expression, scope: Scope): boolean {
  const value = condition(scope);
  return value !== null && truthy(value);
}
