import type { Expression } from '../scope.ts';
import type { Stage } from '../stage.ts';

/** One value of `let`, and its place among all that the rule has. */
export interface Let {
  readonly slot: number;
  readonly get: Expression;
}

/** `let`: values worked out before the condition, each seeing the ones above. */
export function lets(values: readonly Let[]): Stage<null> {
  return {
    kind: 'let',
    shape: 'let/1',
    stateful: false,
    init: () => null,
    onEvent(_state, scope, out) {
      for (let i = 0; i < values.length; i++) {
        const { slot, get } = values[i] as Let; // Below the length.
        scope.lets[slot] = get(scope);
      }
      out.pass(scope);
    },
  };
}
