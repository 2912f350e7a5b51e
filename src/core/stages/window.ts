import type { Stage } from '../stage.ts';
import { readOperands, type Aggregation } from '../window/aggregation.ts';
import type { WindowKind } from '../window/window-kind.ts';

/**
 * `window` in the time of the clock: takes messages in, and hands on a result for each window that ends, or for each
 * message that a window is evaluated for.
 */
export function window<S>(kind: WindowKind<S>, aggregation: Aggregation): Stage<S> {
  const values: unknown[] = []; // Of one message.
  return {
    kind: 'window',
    shape: kind.shape,
    stateful: true,
    splits: true,
    ...(kind.onlyLeaves === true ? {} : { wakesFirst: true as const }),
    init: () => kind.init(),
    onEvent(state, scope, out) {
      readOperands(aggregation, scope, values);
      scope.boundsAhead = scope.wallAhead;
      kind.enter(state, scope.now, values, scope, out);
    },
    wakeAt: (state) => kind.dueAt(state),
    onWake(state, scope, out) {
      scope.boundsAhead = scope.wallAhead;
      kind.due(state, scope, out);
    },
  };
}
