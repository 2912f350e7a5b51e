import type { BranchName } from './branch.ts';
import { BudgetError, charge } from './logic/budget.ts';
import { truthy } from './logic/value.ts';
import { recall, withHops, type Moment } from './moment.ts';
import type { Expression, Scope } from './scope.ts';
import { MAX_PASSES, type Script } from './script.ts';
import { NEVER, type Out } from './stage.ts';
import { waitId } from './waits.ts';

/** A script at work: where it stands, and what names mean to it. Plain JSON. */
export interface Run {
  readonly branch: BranchName;
  /** The instruction that is next, or that it waits in. */
  readonly place: number;
  readonly counters: readonly number[];
  /** When what it waits for is over, or NEVER. Epoch milliseconds. */
  readonly dueAt: number;
  /** The message that started it. */
  readonly moment: Moment;
  /** The reason, if it was started by a failure. */
  readonly error: string;
  readonly awaited: unknown;
  readonly timedOut: boolean | null;
}

/** Whether it was started by a failure: then its own failures start no other. */
export function followsFailure({ branch }: Run): boolean {
  return branch === 'on_error';
}

/** Let names mean what they mean to a run. */
export function show(run: Run, scope: Scope): void {
  recall(run.moment, scope, false); // A script sees what named inputs have come to be.
  scope.error = run.error;
  scope.awaited = run.awaited;
  scope.timedOut = run.timedOut;
}

/** Do what comes until the script waits; null when it is at its end, or has done more than it may at one moment. */
export function goOn(script: Script, run: Run, scope: Scope, out: Out): Run | null {
  show(run, scope);
  try {
    return execute(script, run, scope, out);
  } catch (error) {
    endBudget(error, out);
    return null;
  }
}

/** What a run waits for, by what messages go by. */
export function waitsOf(script: Script, { place, moment }: Run): readonly string[] {
  const instruction = script[place];
  if (instruction?.op !== 'await') return [];
  return instruction.inputs.map(({ port, bound }) =>
    waitId(
      port,
      bound.map((capture) => moment.captures[capture] ?? ''),
    ),
  );
}

/** What becomes of a run that is at work again: with a message that it was waiting for, or because its time is over. */
export function after(
  script: Script,
  run: Run,
  found: { readonly payload: unknown; readonly hops: number } | null,
): Run {
  const next = { ...run, place: run.place + 1, dueAt: NEVER };
  if (script[run.place]?.op !== 'await') return next;
  if (found === null) return { ...next, awaited: null, timedOut: true };
  // What it does from here on may go back to where this message came from.
  return { ...next, moment: withHops(run.moment, found.hops), awaited: found.payload, timedOut: false };
}

/** Whether a message is what a run waits for: the scope is about it. */
export function accepts(script: Script, { place }: Run, scope: Scope, out: Out): boolean {
  const instruction = script[place];
  if (instruction?.op !== 'await') return false;
  try {
    return instruction.test === null || isTrue(instruction.test, scope);
  } catch (error) {
    endBudget(error, out);
    return false;
  }
}

function execute(script: Script, run: Run, scope: Scope, out: Out): Run | null {
  const counters = run.counters.slice();
  let { place } = run;
  for (;;) {
    const instruction = script[place];
    if (instruction === undefined) return null;
    charge(scope, 1);
    switch (instruction.op) {
      case 'act':
        out.performStep(instruction.actions, instruction.set, followsFailure(run), scope);
        place++;
        break;
      case 'wait':
        return { ...run, place, counters, dueAt: Math.min(NEVER, scope.now + instruction.length) };
      case 'await':
        return { ...run, place, counters, dueAt: Math.min(NEVER, scope.now + instruction.timeout) };
      case 'jump':
        place = instruction.to;
        break;
      case 'branch':
        place = isTrue(instruction.test, scope) === instruction.wanted ? place + 1 : instruction.otherwise;
        break;
      case 'loop':
        counters[instruction.counter] = 0;
        place++;
        break;
      case 'pass': {
        const passes = counters[instruction.counter] ?? 0;
        if (passes >= MAX_PASSES && instruction.times === null) {
          out.fail('too_many_passes', `a loop of \`do\` has gone round ${MAX_PASSES} times: the script ends`);
          return null;
        }
        counters[instruction.counter] = passes + 1;
        place = passes < (instruction.times ?? MAX_PASSES) ? place + 1 : instruction.end;
        break;
      }
      case 'stop':
        return null;
    }
  }
}

function isTrue(test: Expression, scope: Scope): boolean {
  const value = test(scope);
  return value !== null && truthy(value);
}

/** What costs too much ends here, and is counted; what else is thrown is a mistake of ours. */
function endBudget(error: unknown, out: Out): void {
  if (!(error instanceof BudgetError)) throw error;
  out.caught(error);
}
