import { ActionFailure, type ActionEffect } from '../action.ts';
import { same } from '../same.ts';
import type { Expression, Scope } from '../scope.ts';
import { sendsNothing, type Out, type Stage } from '../stage.ts';

interface DistinctState {
  /** Whether it has acted, and the value it acted with. */
  acted: boolean;
  last: unknown;
}

/**
 * `distinct`: acts only if the value differs from that of the last action; the first always passes. Without an
 * expression the value is what the actions render to. An unknown value does not act.
 */
export function distinct(expression: Expression | null): Stage<DistinctState> {
  let candidate: unknown = null; // Only between onEvent and keep of one message.
  return {
    kind: 'distinct',
    shape: expression === null ? 'distinct/1/output' : 'distinct/1/expression',
    stateful: true,
    init: () => ({ acted: false, last: null }),
    onEvent(state, scope, out) {
      if (sendsNothing(out)) {
        out.pass(scope);
        return;
      }
      candidate = expression === null ? output(scope, out) : expression(scope);
      if (candidate !== null && !(state.acted && same(candidate, state.last))) {
        out.pass(scope);
        return;
      }
      out.suppressed('distinct');
      out.failures(scope);
    },
    keep(state, scope) {
      if (!scope.acted) return state;
      state.acted = true;
      state.last = candidate;
      return state;
    },
  };
}

/** What the actions would send, as a list of texts. It stays at hand, so that nothing is rendered twice. */
function output(scope: Scope, out: Out): unknown {
  const rendered = (out.branch?.actions ?? []).map((action) => action.render(scope));
  out.rendered = rendered;
  return rendered.map((effect) => (effect instanceof ActionFailure ? '' : textOf(effect)));
}

/** What makes an effect differ from another of the same action. */
function textOf(effect: ActionEffect): string {
  switch (effect.type) {
    case 'publish': {
      const { broker, topic, qos, retain, payload, properties } = effect;
      return `publish ${broker} ${qos} ${String(retain)} ${topic} ${JSON.stringify(properties ?? {})} ${payload}`;
    }
    case 'http':
      return `http ${effect.method} ${effect.url} ${JSON.stringify(effect.headers)} ${effect.body ?? ''}`;
    case 'log':
      return `log ${effect.level} ${effect.message}`;
  }
}
