import type { Expression } from '../scope.ts';
import type { Stage } from '../stage.ts';

/** `aggregate`: values made of what the functions have gathered over a window. */
export function aggregates(expressions: readonly Expression[]): Stage<null> {
  return {
    kind: 'aggregate',
    shape: 'aggregate/1',
    stateful: false,
    init: () => null,
    onEvent(_state, scope, out) {
      for (let i = 0; i < expressions.length; i++) scope.aggregates[i] = expressions[i]?.(scope) ?? null;
      scope.aggregateCount = expressions.length;
      out.pass(scope);
    },
  };
}
