import type { Scope } from '../scope.ts';
import { NEVER, type Stage } from '../stage.ts';

/** One name of a rule's memory. */
export interface MemorySlot {
  readonly name: string;
  readonly initial: unknown;
  /** It returns to `initial` when it has not been set for so long. Milliseconds, or NEVER. */
  readonly ttl: number;
}

interface MemoryState {
  /** By name, so that a rule may gain and lose names while it runs. Only what was ever set. */
  values: { [name: string]: { value: unknown; setAt: number } };
}

/** `memory`: values of the rule's own, for each key. Expressions see a working copy, which `set` writes to. */
export function memory(slots: readonly MemorySlot[]): Stage<MemoryState> {
  return {
    kind: 'memory',
    shape: 'memory/1',
    stateful: true,
    init: () => ({ values: {} }),
    expose(state, scope) {
      for (let i = 0; i < slots.length; i++) {
        scope.memory[i] = valueOf(slots[i] as MemorySlot, state, scope); // Below the length.
        scope.assigned[i] = false;
      }
    },
    onEvent: (_state, scope, out) => out.pass(scope),
    keep(state, scope) {
      for (let i = 0; i < slots.length; i++) {
        if (scope.assigned[i]) write(state, (slots[i] as MemorySlot).name, scope.memory[i], scope.now);
      }
      return state;
    },
  };
}

function write({ values }: MemoryState, name: string, value: unknown, setAt: number): void {
  const kept = Object.hasOwn(values, name) ? values[name] : undefined;
  if (kept === undefined) {
    values[name] = { value, setAt };
    return;
  }
  kept.value = value;
  kept.setAt = setAt;
}

function valueOf({ name, initial, ttl }: MemorySlot, state: MemoryState, scope: Scope): unknown {
  const kept = Object.hasOwn(state.values, name) ? state.values[name] : undefined;
  if (kept === undefined || (ttl !== NEVER && scope.now - kept.setAt >= ttl)) return initial;
  return kept.value;
}
