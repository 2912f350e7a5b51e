import { exceed, MAX_LIST } from '../logic/budget.ts';
import { textOf } from '../logic/value.ts';
import type { Assignment } from '../action.ts';
import type { Scope } from '../scope.ts';
import type { Stage } from '../stage.ts';
import { measureMemory } from './memory-size.ts';

/**
 * `set`: write to the rule's memory whenever it would act, in order, each assignment seeing the ones above. A value that
 * is unknown says nothing, and leaves the memory as it is; a null that is written there clears.
 */
export function set(): Stage<null> {
  return {
    kind: 'set',
    shape: 'set/1',
    stateful: false,
    init: () => null,
    onEvent(_state, scope, out) {
      for (const assignment of out.branch?.set ?? []) assign(assignment, scope);
      out.pass(scope);
    },
  };
}

/** Write one value into the working copy of the memory. Throws a BudgetError where that becomes too large. */
export function assign({ slot, path, value, clears }: Assignment, scope: Scope): void {
  const steps: string[] = [];
  for (const step of path) {
    const name = typeof step === 'string' ? step : textOf(step(scope));
    if (name === undefined) return;
    steps.push(name);
  }
  const result = value(scope);
  if (result === null && clears(scope) !== true) return;
  const remembered = withValue(scope.memory[slot], steps, 0, result);
  measureMemory(remembered, scope);
  scope.memory[slot] = remembered;
  scope.assigned[slot] = true;
}

/**
 * A copy of `into` in which the value at the path is `value`; what is on the way is made where it is missing. A list has
 * elements and a place behind them: what would be set elsewhere in it is not.
 */
function withValue(into: unknown, steps: readonly string[], depth: number, value: unknown): unknown {
  const step = steps[depth];
  if (step === undefined) return value;
  if (Array.isArray(into)) {
    if (!/^\d{1,5}$/.test(step) || Number(step) > into.length) return into;
    const copy: unknown[] = into.slice();
    copy[Number(step)] = withValue(into[Number(step)], steps, depth + 1, value);
    if (copy.length > MAX_LIST) exceed('list');
    return copy;
  }
  const entries = new Map(into !== null && typeof into === 'object' ? Object.entries(into) : []);
  entries.set(step, withValue(entries.get(step), steps, depth + 1, value));
  if (entries.size > MAX_LIST) exceed('list');
  return Object.fromEntries(entries); // Defines own properties only, whatever they are called.
}
