import type { Branch } from '../branch.ts';
import { truthy } from '../logic/value.ts';
import type { Expression } from '../scope.ts';
import type { Stage } from '../stage.ts';

/**
 * `if` of an each-message rule: acts on every message for which it is true, and by `else` where it is false. Unknown does
 * neither. A retained message that primes is seen by what remembers, and stops here.
 */
export function condition(test: Expression | null, whenTrue: Branch, whenFalse: Branch | null): Stage<null> {
  return {
    kind: 'condition',
    shape: 'condition/1',
    stateful: false,
    init: () => null,
    onEvent(_state, scope, out) {
      if (!scope.live) return;
      const value = test === null ? true : test(scope);
      const result = value === null ? null : truthy(value);
      out.evaluated(result);
      if (result === null) return;
      out.branch = result ? whenTrue : whenFalse;
      if (out.branch !== null) out.pass(scope);
    },
  };
}
