import type { Branch, BranchName } from '../branch.ts';
import { momentOf, recall, type Moment } from '../moment.ts';
import { NEVER, sendsNothing, type Stage } from '../stage.ts';

interface DebounceState {
  /** When it acts, if nothing comes before. Epoch milliseconds, or NEVER. */
  dueAt: number;
  /** What it does then: the name of a branch of the rule, and the message that names mean. */
  branch: BranchName;
  moment: Moment | null;
  /** For how long the condition had held when this was due, in milliseconds; NEVER if it did not. */
  held: number;
  severity: string | null;
}

const NOTHING: DebounceState = { dueAt: NEVER, branch: 'then', moment: null, held: NEVER, severity: null };

/** `debounce`: acts once nothing has been due for so many milliseconds, with the last message. */
export function debounce(length: number, branches: readonly Branch[]): Stage<DebounceState> {
  // Of one run, until it is kept.
  let next: DebounceState | null = null;
  return {
    kind: 'debounce',
    shape: 'debounce/3',
    stateful: true,
    init: () => ({ ...NOTHING }),
    expose() {
      next = null;
    },
    onEvent(state, scope, out) {
      if (out.branch === null || sendsNothing(out)) {
        out.pass(scope);
        return;
      }
      if (state.dueAt !== NEVER) out.suppressed('debounce');
      const { now, heldSince, severity } = scope;
      const held = heldSince === NEVER ? NEVER : now - heldSince;
      next = { dueAt: now + length, branch: out.branch.name, moment: momentOf(scope), held, severity };
    },
    onWake(state, scope, out) {
      next = NOTHING;
      out.branch = branches.find(({ name }) => name === state.branch) ?? null;
      if (state.moment !== null) recall(state.moment, scope);
      // What is over by now is told of as it was.
      if (!scope.active || state.branch === 'end') {
        scope.heldSince = state.held === NEVER ? NEVER : scope.now - state.held;
        scope.severity = state.severity;
      }
      if (out.branch !== null) out.pass(scope);
    },
    keep(state) {
      if (next === null) return state;
      state.dueAt = next.dueAt;
      state.branch = next.branch;
      state.moment = next.moment;
      state.held = next.held;
      state.severity = next.severity;
      return state;
    },
    wakeAt: (state) => state.dueAt,
  };
}
