import { ActionFailure, type Action, type Assignment } from './action.ts';
import type { Branch } from './branch.ts';
import type { Effect } from './effect.ts';
import type { Turn } from './cells.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import { NEVER, type Out, type Stage } from './stage.ts';
import { assign } from './stages/set.ts';
import type { RuleError, Suppression } from './tally.ts';

/** Tells that something went wrong for the rule at work: it counts and passes on what a person may want to read. */
export type Fail = (reason: RuleError, message: string) => void;

/** How often one stage may act at one moment. */
const MAX_WAKES = 100_000;

/**
 * Runs the stages of one rule over a message or a moment and, at their end, lets the rule act. One instance serves the
 * machine.
 */
export class Chain implements Out {
  readonly #hops: number;
  readonly #fail: Fail;
  readonly #caught: (error: unknown) => void;
  branch: Branch | null = null;
  rendered: readonly (Effect | ActionFailure)[] | null = null;
  effects: Effect[] = [];
  failed = false;
  // What it is at work on.
  #running!: RunningRule;
  #cell: Cell | null = null;
  #step = 0;
  /** The place of the stage whose results are runs of their own; that of no stage where there is none. */
  #origin = 0;

  /** `hops`: how many rules a message may go through. `caught` is told what a result threw. */
  constructor(hops: number, fail: Fail, caught: (error: unknown) => void) {
    this.#hops = hops;
    this.#fail = fail;
    this.#caught = caught;
  }

  /**
   * Run the stages over a message: show each its state, go through them, and let each remember. What throws changes no
   * state, and takes back what the rule was about to do.
   */
  run(running: RunningRule, cell: Cell | null, scope: Scope): void {
    this.#begin(running, cell, running.rule.splitAt, 0, scope);
    const before = this.effects.length;
    try {
      this.#expose(0, scope);
      this.#next(scope);
      this.#keep(0, this.#origin, scope);
    } catch (error) {
      this.effects.length = before;
      throw error;
    }
  }

  /** Let the stages of a cell act whose deadline, of this turn, is due at `scope.now`. */
  wake(cell: Cell, turn: Turn, scope: Scope): void {
    const { stages, timed } = cell.owner.rule;
    for (let i = 0; i < timed.length; i++) {
      const place = timed[i] as number; // Below the length.
      const stage = stages[place] as Stage; // `timed` are places of stages.
      if ((stage.wakesFirst === true) !== (turn === 'first')) continue;
      for (let count = 0; (stage.wakeAt?.(cell.states[place]) ?? NEVER) <= scope.now; count++) {
        if (count === MAX_WAKES) throw new Error(`${stage.kind} does not move its deadline on`);
        this.#begin(cell.owner, cell, place, place + 1, scope);
        this.#expose(0, scope);
        stage.onWake?.(cell.states[place], scope, this);
        this.#keep(0, place, scope);
      }
    }
  }

  /** Hand a message that a script may wait for to the stages of a cell. */
  deliver(cell: Cell, scope: Scope): void {
    const { stages, timed } = cell.owner.rule;
    const before = this.effects.length;
    try {
      for (const place of timed) {
        const stage = stages[place] as Stage; // `timed` are places of stages.
        if (stage.onAwaited === undefined) continue;
        this.#begin(cell.owner, cell, place, place + 1, scope);
        this.#expose(0, scope);
        stage.onAwaited(cell.states[place], scope, this);
        this.#keep(0, place, scope);
      }
    } catch (error) {
      this.effects.length = before;
      throw error;
    }
  }

  pass(scope: Scope): void {
    if (this.#step === this.#origin + 1) this.#result(scope);
    else this.#next(scope);
  }

  #begin(running: RunningRule, cell: Cell | null, origin: number, step: number, scope: Scope): void {
    this.#running = running;
    this.#cell = cell;
    this.#origin = origin;
    this.#step = step;
    this.branch = null;
    this.rendered = null;
    scope.acted = false;
  }

  #next(scope: Scope): void {
    const step = this.#step;
    const stage = this.#running.rule.stages[step];
    if (stage === undefined) {
      this.#act(scope);
      return;
    }
    this.#step = step + 1;
    stage.onEvent(this.#cell === null ? null : this.#cell.states[step], scope, this);
    this.#step = step;
  }

  /** One result of a stage that splits or was woken: a run of the later stages that ends in itself. */
  #result(scope: Scope): void {
    const from = this.#step;
    const before = this.effects.length;
    this.rendered = null;
    scope.acted = false;
    try {
      this.#expose(from, scope);
      this.#next(scope);
      this.#keep(from, Infinity, scope);
    } catch (error) {
      this.effects.length = before;
      scope.assigned.fill(false);
      scope.acted = false;
      this.#caught(error);
    }
    this.#step = from;
  }

  #expose(from: number, scope: Scope): void {
    const cell = this.#cell;
    if (cell === null) return;
    const { stages } = this.#running.rule;
    for (let i = from; i < stages.length; i++) stages[i]?.expose?.(cell.states[i], scope);
  }

  #keep(from: number, to: number, scope: Scope): void {
    const cell = this.#cell;
    if (cell === null) return;
    const { stages } = this.#running.rule;
    for (let i = from; i < stages.length && i <= to; i++) stages[i]?.keep?.(cell.states[i], scope);
  }

  evaluated(result: boolean | null): void {
    const { evaluations } = this.#running.tally;
    if (result === null) evaluations.unknown++;
    else if (result) evaluations.true++;
    else evaluations.false++;
  }

  suppressed(reason: Suppression): void {
    this.#running.tally.suppressed[reason]++;
  }

  failures(scope: Scope): void {
    const { branch, rendered } = this;
    if (branch === null || rendered === null) return;
    for (const [i, { type }] of branch.actions.entries()) {
      const failure = rendered[i];
      if (failure instanceof ActionFailure) this.#failed(failure, type, scope);
    }
  }

  #act(scope: Scope): void {
    const { branch, rendered } = this;
    const running = this.#running;
    if (branch === null) return;
    if (branch.actions.length === 0 && branch.script === null) {
      running.tally.fired++;
      return; // It has written to its memory, and there was nothing to hold back.
    }
    if (!running.admit(scope.now, branch.actions.length)) {
      this.suppressed('rate_limit');
      return;
    }
    let performed = 0;
    for (let i = 0; i < branch.actions.length; i++) {
      const action = branch.actions[i] as Action; // Below the length.
      const effect = rendered?.[i] ?? action.render(scope);
      if (effect instanceof ActionFailure) {
        running.repay(); // So that there is one for `on_error`.
        this.#failed(effect, action.type, scope);
      } else if (this.#emit(effect, scope)) performed++;
    }
    // A rule whose every action failed has not acted: its throttle and its `distinct` wait for one that does.
    scope.acted = performed > 0 || branch.script !== null;
    if (!scope.acted) return;
    running.tally.fired++;
    if (running.rule.shadow) this.suppressed('shadow');
  }

  perform(actions: readonly Action[], set: readonly Assignment[], isLast: boolean, scope: Scope): void {
    for (const assignment of set) assign(assignment, scope);
    if (actions.length === 0) return;
    if (!this.#running.admit(scope.now, actions.length)) {
      this.suppressed('rate_limit');
      return;
    }
    for (const action of actions) {
      const effect = action.render(scope);
      if (!(effect instanceof ActionFailure)) this.#emit(effect, scope);
      else if (isLast) this.#failedLast(effect, action.type);
      else this.#failed(effect, action.type, scope);
    }
  }

  wrong(reason: RuleError, message: string): void {
    this.#fail(reason, message);
  }

  caught(error: unknown): void {
    this.#caught(error);
  }

  #emit(effect: Effect, scope: Scope): boolean {
    if (effect.type === 'publish' && effect.hops > this.#hops) {
      const message = `the message has been through ${effect.hops - 1} rules: a loop?`;
      this.#failed(new ActionFailure('too_many_hops', message), 'publish', scope);
      return false;
    }
    if (!this.#running.rule.shadow) this.effects.push(effect);
    return true;
  }

  /** An action that could not be made: counted, told, and given to `on_error`, whose own failures end here. */
  #failed(failure: ActionFailure, type: Action['type'], scope: Scope): void {
    const { tally, rule } = this.#running;
    tally.actions[type].error++;
    this.#fail(failure.reason, failure.message);
    if (failure.reason === 'too_many_hops') return; // on_error would only go round as well.
    scope.error = failure.message;
    for (const assignment of rule.onError.set) assign(assignment, scope);
    const { actions, script } = rule.onError;
    if (script !== null) this.failed = true;
    if (actions.length === 0) return;
    if (!this.#running.admit(scope.now, actions.length)) {
      this.suppressed('rate_limit');
      return;
    }
    for (const action of actions) {
      const effect = action.render(scope);
      if (effect instanceof ActionFailure) this.#failedLast(effect, action.type);
      else this.#emit(effect, scope);
    }
  }

  /** An action of `on_error` that could not be made: that is as far as it goes. */
  #failedLast(failure: ActionFailure, type: Action['type']): void {
    this.#running.tally.actions[type].error++;
    this.#fail(failure.reason, `on_error: ${failure.message}`);
  }
}
