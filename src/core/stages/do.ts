import type { Branch, BranchName } from '../branch.ts';
import { momentOf, recall, type Moment } from '../moment.ts';
import { accepts, after, followsFailure, goOn, show, waitsOf, type Run } from '../run.ts';
import type { Scope } from '../scope.ts';
import { structureOf, type Mode, type Script } from '../script.ts';
import { NEVER, sendsNothing, type Out, type Stage } from '../stage.ts';
import { NO_WAITS } from '../waits.ts';

interface DoState {
  runs: readonly Run[];
  /** Triggers that wait for their turn. */
  queue: readonly Run[];
}

/**
 * `do`: steps with time in them. A script goes on by itself, whatever becomes of the level that started it. `mode` is
 * about the scripts of a key; those that `on_error` starts are for themselves.
 */
export function scripts(branches: readonly Branch[], mode: Mode, max: number): Stage<DoState> {
  const byName = new Map(branches.flatMap(({ name, script }) => (script === null ? [] : [[name, script] as const])));
  /** The branches without their scripts, for when there is no room for one. */
  const others = new Map(branches.map((branch) => [branch.name, { ...branch, script: null }]));
  // Of one run of the chain, until it is kept.
  let runs: readonly Run[] = [];
  let queue: readonly Run[] = [];
  let moved = false;

  const scriptOf = ({ branch }: Run): Script => byName.get(branch) ?? [];
  const isRunning = (isFailure: boolean): boolean => runs.some((run) => followsFailure(run) === isFailure);
  const isFull = (isFailure: boolean): boolean => {
    if (mode === 'restart') return false;
    const limit = mode === 'single' ? 1 : max;
    return [...runs, ...queue].filter((run) => followsFailure(run) === isFailure).length >= limit;
  };

  /** Let a run go on, and put what becomes of it in its place; then start what its failures start. */
  const work = (run: Run, before: Run | null, scope: Scope, out: Out): void => {
    const left = goOn(scriptOf(run), run, scope, out);
    const result = left === null ? [] : [left];
    runs = before === null ? [...runs, ...result] : runs.flatMap((one) => (one === before ? result : [one]));
    for (const error of out.failed.splice(0)) start(begin('on_error', run.moment, error, run), scope, out);
  };
  const start = (run: Run, scope: Scope, out: Out): void => {
    const isFailure = followsFailure(run);
    if (isFull(isFailure)) {
      out.suppressed('mode');
      return;
    }
    if (mode === 'queued' && isRunning(isFailure)) {
      queue = [...queue, run];
      return;
    }
    if (mode === 'restart') runs = runs.filter((one) => followsFailure(one) !== isFailure);
    work(run, null, scope, out);
  };
  /** Start what waits for its turn, for as long as what was started is at its end at once. */
  const settle = (scope: Scope, out: Out): void => {
    for (;;) {
      const run = queue.find((one) => !isRunning(followsFailure(one)));
      if (run === undefined) return;
      queue = queue.filter((one) => one !== run);
      work(run, null, scope, out);
    }
  };
  const take = (state: DoState): void => {
    ({ runs, queue } = state);
    moved = true;
  };

  return {
    kind: 'do',
    shape: `do/2/${[...byName].map(([name, script]) => `${name} ${structureOf(script)}`).join('; ')}`,
    stateful: true,
    acts: true,
    init: () => ({ runs: [], queue: [] }),
    expose() {
      moved = false;
    },
    onEvent(state, scope, out) {
      take(state);
      const { branch } = out;
      const hasScript = branch !== null && byName.has(branch.name);
      const hasRoom = hasScript && !isFull(false);
      if (hasScript && !hasRoom) {
        out.suppressed('mode');
        out.branch = others.get(branch.name) ?? null;
        if (sendsNothing(out)) return; // Then the rule has not acted.
      }
      out.pass(scope);
      const failures = out.failed.splice(0);
      const starts = hasRoom && scope.acted;
      if (!starts && failures.length === 0) return;
      const moment = momentOf(scope);
      for (const error of failures) start(begin('on_error', moment, error, null), scope, out);
      if (starts) start(begin(branch.name, moment, '', null), scope, out);
      settle(scope, out);
      recall(moment, scope); // The other stages have yet to remember the message.
    },
    onWake(state, scope, out) {
      take(state);
      const dueAt = earliest(runs);
      const run = runs.find((one) => one.dueAt === dueAt);
      if (run === undefined) return;
      work(after(scriptOf(run), run, null), run, scope, out);
      settle(scope, out);
    },
    onAwaited(state, arrived, scope, out) {
      take(state);
      const { event } = scope;
      for (const run of state.runs) {
        const script = scriptOf(run);
        const ids = waitsOf(script, run);
        const found = ids.length === 0 ? undefined : arrived.find(({ id }) => ids.includes(id));
        if (found === undefined || !runs.includes(run)) continue; // It may have been ended just now.
        show(run, scope);
        scope.event = event;
        scope.payload = found.payload;
        scope.message = found.payload;
        if (found.captures.length > 0) scope.captures = [...scope.captures, ...found.captures];
        if (!accepts(script, run, scope, out)) continue;
        work(after(script, run, { payload: found.payload, hops: event.hops }), run, scope, out);
      }
      settle(scope, out);
    },
    keep(state) {
      if (!moved) return state;
      state.runs = runs;
      state.queue = queue;
      return state;
    },
    wakeAt: (state) => earliest(state.runs),
    atWork: (state) => state.runs.length + state.queue.length,
    waits: (state) => (state.runs.length === 0 ? NO_WAITS : state.runs.flatMap((run) => waitsOf(scriptOf(run), run))),
  };
}

/** A run before its first step. One that follows a failure knows what the run knew that failed. */
function begin(branch: BranchName, moment: Moment, error: string, failed: Run | null): Run {
  const { awaited, timedOut } = failed ?? { awaited: null, timedOut: null };
  return { branch, place: 0, counters: [], dueAt: NEVER, moment, error, awaited, timedOut };
}

function earliest(runs: readonly Run[]): number {
  let at = NEVER;
  for (const { dueAt } of runs) if (dueAt < at) at = dueAt;
  return at;
}
