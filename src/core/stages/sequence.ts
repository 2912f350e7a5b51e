import { momentOf, recall, type Moment } from '../moment.ts';
import { truthy } from '../logic/value.ts';
import type { Expression, Scope } from '../scope.ts';
import { NEVER, type Out, type Stage } from '../stage.ts';

/** One step of a sequence: a message that comes, or one that does not. The messages of a step come by its port. */
export interface SequenceStep {
  readonly not: boolean;
  readonly test: Expression | null;
  /** How long after the step before it, in milliseconds; NEVER for however long. For what must not come: so long. */
  readonly within: number;
}

/** Steps that have come, up to the one that is waited for. */
interface Partial {
  next: number;
  /** When the last of them came. */
  at: number;
  /** Its message. */
  moment: Moment;
}

interface SequenceState {
  /** In the order in which their last steps came. */
  partials: Partial[];
}

/** How many beginnings of a key may wait for silence at a time; beyond that, new ones are not taken up. */
const MAX_PARTIALS = 100;

/**
 * `sequence`: passes when its steps have come one after the other, each within its time. Of beginnings that wait for the
 * same message only the latest counts, which leaves the most time; those that wait for silence count each for itself, and
 * any such message breaks them all. A message is one step of a sequence at the most, and what has passed is used up.
 */
export function sequence(steps: readonly SequenceStep[]): Stage<SequenceState> {
  let next: Partial[] | null = null; // Of one run, until it is kept.

  const enter = (partials: Partial[], place: number, moment: Moment, now: number, out: Out): Partial[] => {
    const waitsForSilence = steps[place]?.not === true;
    const others = waitsForSilence ? partials : partials.filter((partial) => partial.next !== place);
    if (waitsForSilence && others.filter((partial) => partial.next === place).length >= MAX_PARTIALS) {
      out.suppressed('sequence_full');
      return others;
    }
    return [...others, { next: place, at: now, moment }];
  };

  /** Whether the message is this step of a sequence. */
  const take = (place: number, step: SequenceStep, scope: Scope, out: Out): boolean => {
    const partials = next ?? [];
    if (step.not) {
      next = partials.filter((partial) => partial.next !== place);
      return false;
    }
    if (place > 0) {
      const before = partials.find((partial) => partial.next === place);
      if (before === undefined) return false;
      next = partials.filter((partial) => partial !== before);
      if (scope.now - before.at > step.within) return false;
    }
    if (place + 1 < steps.length) next = enter(next ?? [], place + 1, momentOf(scope), scope.now, out);
    return true;
  };

  const dueAt = ({ next: place, at }: Partial): number =>
    steps[place]?.not === true ? Math.min(NEVER, at + steps[place].within) : NEVER;

  return {
    kind: 'sequence',
    shape: `sequence/2/${steps.map(({ not }) => (not ? '-' : '+')).join('')}`,
    stateful: true,
    init: () => ({ partials: [] }),
    expose() {
      next = null;
    },
    onEvent(state, scope, out) {
      if (!scope.live) return;
      next = state.partials;
      // From the end: a message is the latest step that it can be, and no other. What must not come has come all the same.
      let taken: number | null = null;
      for (let place = steps.length - 1; place >= 0; place--) {
        const step = steps[place] as SequenceStep; // Below the length.
        if (taken !== null && !step.not) continue;
        if (scope.ports.includes(place) && holds(step.test, scope) && take(place, step, scope, out)) taken = place;
      }
      if (taken !== null && taken + 1 === steps.length) out.pass(scope);
    },
    onWake(state, scope, out) {
      const due = state.partials.find((partial) => dueAt(partial) <= scope.now);
      next = state.partials.filter((partial) => partial !== due);
      if (due === undefined) return;
      recall(due.moment, scope);
      if (due.next + 1 === steps.length) out.pass(scope);
      else next = enter(next, due.next + 1, due.moment, scope.now, out);
    },
    keep(state) {
      if (next !== null) state.partials = next;
      return state;
    },
    wakeAt({ partials }) {
      let at = NEVER;
      for (const partial of partials) at = Math.min(at, dueAt(partial));
      return at;
    },
  };
}

function holds(test: Expression | null, scope: Scope): boolean {
  if (test === null) return true;
  const value = test(scope);
  return value !== null && truthy(value);
}
