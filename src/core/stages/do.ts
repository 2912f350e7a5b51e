import type { Branch, BranchName } from '../branch.ts';
import { BudgetError, charge } from '../logic/budget.ts';
import { truthy } from '../logic/value.ts';
import { momentOf, recall, type Moment } from '../moment.ts';
import type { Expression, Scope } from '../scope.ts';
import { ANY_LEVEL } from '../rule.ts';
import { MAX_PASSES, structureOf, type Instruction, type Mode, type Script } from '../script.ts';
import { NEVER, type Out, type Stage } from '../stage.ts';

/** A script at work: where it stands, and what names mean to it. Plain JSON. */
interface Run {
  readonly branch: BranchName;
  /** The instruction that is next, or that it waits in. */
  readonly place: number;
  readonly counters: readonly number[];
  /** When what it waits for is over, or NEVER. */
  readonly dueAt: number;
  /** The message that started it. */
  readonly moment: Moment;
  /** The reason, if it was started by a failure. */
  readonly error: string;
  readonly awaited: unknown;
  readonly timedOut: boolean | null;
}

interface DoState {
  runs: readonly Run[];
  /** Triggers that wait for their turn. */
  queue: readonly Run[];
}

/** `do`: steps with time in them. A script goes on by itself, whatever becomes of the level that started it. */
export function scripts(branches: readonly Branch[], mode: Mode, max: number): Stage<DoState> {
  const byName = new Map(branches.flatMap(({ name, script }) => (script === null ? [] : [[name, script] as const])));
  let next: DoState | null = null; // Of one run of the chain, until it is kept.

  const scriptOf = ({ branch }: Run): Script => byName.get(branch) ?? [];

  /** Let it go on until it waits; null when it is at its end. */
  const goOn = (run: Run, scope: Scope, out: Out): Run | null => {
    recall(run.moment, scope);
    scope.error = run.error;
    scope.awaited = run.awaited;
    scope.timedOut = run.timedOut;
    try {
      return execute(scriptOf(run), run, scope, out);
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      out.caught(error);
      return null;
    }
  };
  /** Start what waits for its turn, one after the other, as long as what was started is at its end at once. */
  const settle = (state: DoState, scope: Scope, out: Out): DoState => {
    let { runs, queue } = state;
    while (runs.length === 0 && queue.length > 0) {
      const [first, ...rest] = queue as readonly [Run, ...Run[]]; // Just looked.
      queue = rest;
      const run = goOn(first, scope, out);
      if (run !== null) runs = [run];
    }
    return { runs, queue };
  };
  const start = (
    state: DoState,
    branch: BranchName,
    error: string,
    moment: Moment,
    scope: Scope,
    out: Out,
  ): DoState => {
    const { runs, queue } = state;
    const isRunning = runs.length > 0;
    const isFull = mode === 'single' ? isRunning : mode !== 'restart' && runs.length + queue.length >= max;
    if (isFull) {
      out.suppressed('mode');
      return state;
    }
    const run = { branch, place: 0, counters: [], dueAt: NEVER, moment, error, awaited: null, timedOut: null };
    if (isRunning && mode === 'queued') return { runs, queue: [...queue, run] };
    const begun = goOn(run, scope, out);
    const others = mode === 'restart' ? [] : runs;
    return settle({ runs: begun === null ? others : [...others, begun], queue }, scope, out);
  };
  const replace = (state: DoState, run: Run, after: Run | null): DoState => ({
    runs: state.runs.flatMap((one) => (one !== run ? [one] : after === null ? [] : [after])),
    queue: state.queue,
  });

  return {
    kind: 'do',
    shape: `do/1/${[...byName].map(([name, script]) => `${name} ${structureOf(script)}`).join('; ')}`,
    stateful: true,
    init: () => ({ runs: [], queue: [] }),
    expose() {
      next = null;
    },
    onEvent(state, scope, out) {
      const { branch } = out;
      out.failed = false;
      out.pass(scope);
      const starts = scope.acted && branch !== null && byName.has(branch.name);
      if (!starts && !out.failed) return;
      const { error } = scope;
      const moment = momentOf(scope);
      next = state;
      if (starts) next = start(next, branch.name, '', moment, scope, out);
      if (out.failed) next = start(next, 'on_error', error, moment, scope, out);
      out.failed = false;
      recall(moment, scope); // The other stages have yet to remember the message.
    },
    onWake(state, scope, out) {
      const run = state.runs.find(({ dueAt }) => dueAt <= scope.now);
      if (run === undefined) return;
      const isAwaiting = scriptOf(run)[run.place]?.op === 'await';
      const due = { ...run, place: run.place + 1, dueAt: NEVER, timedOut: isAwaiting ? true : run.timedOut };
      next = settle(replace(state, run, goOn(due, scope, out)), scope, out);
    },
    onAwaited(state, scope, out) {
      const { payload, captures, ports } = scope;
      next = state;
      for (const run of state.runs) {
        const instruction = scriptOf(run)[run.place];
        if (instruction?.op !== 'await' || !ports.includes(instruction.port)) continue;
        if (!captures.every((value, i) => value === ANY_LEVEL || value === run.moment.captures[i])) continue;
        scope.payload = payload;
        scope.captures = run.moment.captures;
        if (!isTrue(instruction.test, scope)) continue;
        const found = { ...run, place: run.place + 1, dueAt: NEVER, awaited: payload, timedOut: false };
        next = replace(next, run, goOn(found, scope, out));
      }
      next = settle(next, scope, out);
    },
    keep(state) {
      if (next === null) return;
      state.runs = next.runs;
      state.queue = next.queue;
    },
    wakeAt({ runs }) {
      let at = NEVER;
      for (const { dueAt } of runs) if (dueAt < at) at = dueAt;
      return at;
    },
    awaits: ({ runs }) => runs.some((run) => scriptOf(run)[run.place]?.op === 'await'),
  };
}

/** Do what comes until the script waits or ends. Throws BudgetError where that is too much for one moment. */
function execute(script: Script, run: Run, scope: Scope, out: Out): Run | null {
  const counters = run.counters.slice();
  let { place } = run;
  for (;;) {
    const instruction: Instruction | undefined = script[place];
    if (instruction === undefined) return null;
    charge(scope, 1);
    switch (instruction.op) {
      case 'act':
        out.performStep(instruction.actions, instruction.set, run.branch === 'on_error', scope);
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
          out.wrong('too_many_passes', `a loop of \`do\` has gone round ${MAX_PASSES} times: the script ends`);
          return null;
        }
        counters[instruction.counter] = passes + 1;
        place = passes < (instruction.times ?? Infinity) ? place + 1 : instruction.end;
        break;
      }
      case 'stop':
        return null;
    }
  }
}

function isTrue(test: Expression | null, scope: Scope): boolean {
  if (test === null) return true;
  const value = test(scope);
  return value !== null && truthy(value);
}
