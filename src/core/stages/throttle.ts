import { sendsNothing, type Stage } from '../stage.ts';

interface ThrottleState {
  /** When it acted, the last `max` times at the most, in order. Epoch milliseconds. */
  acted: number[];
}

/** `throttle`: at most `max` actions in any `per` milliseconds, the first ones; exactly `per` later passes. */
export function throttle(max: number, per: number): Stage<ThrottleState> {
  return {
    kind: 'throttle',
    shape: 'throttle/1',
    stateful: true,
    init: () => ({ acted: [] }),
    onEvent(state, scope, out) {
      const { acted } = state;
      const first = acted.length < max ? undefined : acted[acted.length - max];
      if (first !== undefined && scope.now - first < per && !sendsNothing(out)) out.suppressed('throttle');
      else out.pass(scope);
    },
    keep(state, scope) {
      if (!scope.acted) return state; // What `distinct` held back does not use up the allowance.
      state.acted.push(scope.now);
      if (state.acted.length > max) state.acted.splice(0, state.acted.length - max);
      return state;
    },
  };
}
