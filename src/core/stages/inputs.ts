import { NEVER, type Stage } from '../stage.ts';

interface InputsState {
  /** The latest payload of each, by its name, so that a rule may gain and lose inputs while it runs. */
  latest: { [name: string]: { value: unknown; at: number } };
}

/** Named inputs: the latest payload of each, for the expressions, whichever of them the message came by. */
export function inputs(names: readonly string[]): Stage<InputsState> {
  return {
    kind: 'inputs',
    shape: 'inputs/1',
    stateful: true,
    init: () => ({ latest: {} }),
    expose({ latest }, scope) {
      for (let i = 0; i < names.length; i++) {
        const name = names[i] as string; // Below the length.
        const kept = Object.hasOwn(latest, name) ? latest[name] : undefined;
        scope.inputs[i] = kept?.value ?? null;
        scope.updatedAt[i] = kept?.at ?? NEVER;
      }
    },
    onEvent(_state, scope, out) {
      for (const port of scope.ports) {
        scope.inputs[port] = scope.payload;
        scope.updatedAt[port] = scope.now;
      }
      out.pass(scope);
    },
    keep(state, scope) {
      if (scope.woken) return state;
      for (const port of scope.ports) {
        const name = names[port];
        if (name !== undefined) state.latest[name] = { value: scope.inputs[port], at: scope.now };
      }
      return state;
    },
  };
}
