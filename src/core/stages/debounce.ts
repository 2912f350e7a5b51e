import type { Branch, BranchName } from '../branch.ts';
import { momentOf, recall, type Moment } from '../moment.ts';
import { NEVER, sendsNothing, type Stage } from '../stage.ts';

interface DebounceState {
  /** When it acts, if nothing comes before. Epoch milliseconds, or NEVER. */
  dueAt: number;
  /** What it does then: the name of a branch of the rule, and the message that names mean. */
  branch: BranchName;
  moment: Moment | null;
}

/** `debounce`: acts once nothing has been due for so many milliseconds, with the last message. */
export function debounce(length: number, branches: readonly Branch[]): Stage<DebounceState> {
  // Of one run, until it is kept.
  let next: DebounceState | null = null;
  return {
    kind: 'debounce',
    shape: 'debounce/2',
    stateful: true,
    init: () => ({ dueAt: NEVER, branch: 'then', moment: null }),
    expose() {
      next = null;
    },
    onEvent(state, scope, out) {
      if (out.branch === null || sendsNothing(out)) {
        out.pass(scope);
        return;
      }
      if (state.dueAt !== NEVER) out.suppressed('debounce');
      next = { dueAt: scope.now + length, branch: out.branch.name, moment: momentOf(scope) };
    },
    onWake(state, scope, out) {
      next = { dueAt: NEVER, branch: 'then', moment: null };
      out.branch = branches.find(({ name }) => name === state.branch) ?? null;
      if (state.moment !== null) recall(state.moment, scope);
      if (out.branch !== null) out.pass(scope);
    },
    keep(state) {
      if (next === null) return state;
      state.dueAt = next.dueAt;
      state.branch = next.branch;
      state.moment = next.moment;
      return state;
    },
    wakeAt: (state) => state.dueAt,
  };
}
