import type { Expression, Scope } from '../scope.ts';
import type { Stage } from '../stage.ts';
import { same } from '../same.ts';
import { finite, numberOf } from '../logic/value.ts';

/** An operand of `changed` or `delta`. `id` is equal for equal ones, so that reload keeps what is known. */
export interface Measurement {
  readonly id: string;
  readonly operand: Expression;
  /** It is worked out for each result of a window, not for each message. */
  readonly perResult: boolean;
}

interface PastState {
  previous: unknown;
  /** The last known value of each operand, by its id. */
  known: { [id: string]: unknown };
}

/**
 * `previous`, `changed` and `delta`: what this key said before. Every operand is worked out once for each message, or for
 * each result of a window, wherever it stands, also where the condition never came to it.
 */
export function past(measurements: readonly Measurement[], perResult = false): Stage<PastState> {
  const own = measurements.flatMap(({ id, operand, ...rest }, slot) =>
    rest.perResult === perResult ? [{ id, operand, slot }] : [],
  );
  let hasRun = false; // Since it was exposed.
  return {
    kind: perResult ? 'past-results' : 'past',
    shape: 'past/1',
    stateful: true,
    init: () => ({ previous: null, known: {} }),
    expose(state, scope) {
      hasRun = false;
      if (!perResult) scope.previous = state.previous;
      for (const { id, slot } of own) {
        scope.lastKnown[slot] = state.known[id] ?? null;
        scope.measured[slot] = undefined;
      }
    },
    onEvent(_state, scope, out) {
      hasRun = true;
      for (const { slot, operand } of own) measure(scope, slot, operand);
      out.pass(scope);
    },
    keep(state, scope) {
      if (!hasRun) return state;
      if (!perResult) state.previous = scope.payload;
      if (hasMore(state.known, own.length)) state.known = {}; // An edit of the rule has taken some away.
      for (const { id, slot } of own) state.known[id] = scope.measured[slot] ?? scope.lastKnown[slot] ?? null;
      return state;
    },
  };
}

/** `changed(x)`: known, and different from its last known value; unknown the first time. */
export function changed(slot: number, operand: Expression): Expression {
  return (scope) => {
    const value = measure(scope, slot, operand);
    const last = scope.lastKnown[slot] ?? null;
    return value === null || last === null ? null : !same(value, last);
  };
}

/** `delta(x)`: minus its last known value; what is no number is not known to it. `operand` is `numeric`. */
export function delta(slot: number, operand: Expression): Expression {
  return (scope) => {
    const value = numberOf(measure(scope, slot, operand));
    return finite(value - numberOf(scope.lastKnown[slot] ?? null)); // NaN where either is unknown.
  };
}

/** The operand as a number, or unknown. */
export function numeric(operand: Expression): Expression {
  return (scope) => finite(numberOf(operand(scope)));
}

/** Whether there are more than so many. It runs for every message, so it makes no list of the names. */
function hasMore(known: PastState['known'], count: number): boolean {
  let more = 0;
  for (const _ in known) more++;
  return more > count;
}

function measure(scope: Scope, slot: number, operand: Expression): unknown {
  const measured = scope.measured[slot];
  if (measured !== undefined) return measured;
  const value = operand(scope);
  scope.measured[slot] = value;
  return value;
}
