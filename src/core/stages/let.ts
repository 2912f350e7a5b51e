import type { Expression } from '../scope.ts';
import type { Stage } from '../stage.ts';

/** `let`: values worked out before the condition, each seeing the ones above. */
export function lets(expressions: readonly Expression[]): Stage<null> {
  return {
    kind: 'let',
    shape: 'let/1',
    stateful: false,
    init: () => null,
    onEvent(_state, scope, out) {
      for (let i = 0; i < expressions.length; i++) scope.lets[i] = expressions[i]?.(scope) ?? null;
      out.pass(scope);
    },
  };
}
