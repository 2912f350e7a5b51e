import { ActionFailure, type Action, type ActionEffect, type Assignment } from './action.ts';
import { Acting, type Fail } from './acting.ts';
import type { Announcement } from './alert/announcement.ts';
import type { Branch } from './branch.ts';
import { expose, keep } from './cell-states.ts';
import type { Effect } from './effect.ts';
import type { Turn } from './cell-times.ts';
import { recall, type Moment } from './moment.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import { NEVER, type Out, type Stage } from './stage.ts';
import type { RuleError, Suppression } from './tally.ts';
import type { Arrived } from './waits.ts';

/** How often one stage may act at one moment. */
const MAX_WAKES = 100_000;

/**
 * Runs the stages of one rule over a message or a moment and, at their end, lets the rule act. One instance serves the
 * machine.
 */
export class Chain implements Out {
  readonly #acting: Acting;
  readonly #fail: Fail;
  readonly #caught: (error: unknown) => void;
  branch: Branch | null = null;
  rendered: readonly (ActionEffect | ActionFailure)[] | null = null;
  // What it is at work on.
  #running!: RunningRule;
  #cell: Cell | null = null;
  #step = 0;
  /** The place of the stage whose results are runs of their own; that of no stage where there is none. */
  #origin = 0;
  /** The steps that each of its results may take. */
  #steps = 0;

  /** `hops`: how many rules a message may go through. `caught` is told what a result threw. */
  constructor(hops: number, fail: Fail, caught: (error: unknown) => void) {
    this.#acting = new Acting(hops, fail);
    this.#fail = fail;
    this.#caught = caught;
  }

  get announcement(): Announcement | null {
    return this.#acting.announcement;
  }

  set announcement(announcement: Announcement | null) {
    this.#acting.announcement = announcement;
  }

  get failed(): string[] {
    return this.#acting.failed;
  }

  /** The effects since the last call, in order. */
  takeEffects(): Effect[] {
    return this.#acting.takeEffects();
  }

  /**
   * Run the stages over a message: show each its state, go through them, and let each remember. What throws changes no
   * state, and takes back what the rule was about to do.
   */
  run(running: RunningRule, cell: Cell | null, scope: Scope): void {
    this.#begin(running, cell, running.plan.splitAt, 0, scope);
    const before = this.#acting.effects.length;
    try {
      this.#expose(0, scope);
      this.#next(scope);
      this.#keep(0, this.#origin, scope);
    } catch (error) {
      this.#acting.effects.length = before;
      throw error;
    }
  }

  /** Let the stages of a cell act whose deadline, of this turn, is due at `scope.now`. */
  wake(cell: Cell, turn: Turn, scope: Scope): void {
    const { stages, timed } = cell.owner.plan;
    const { steps } = scope;
    for (let i = 0; i < timed.length; i++) {
      const place = timed[i] as number; // Below the length.
      const stage = stages[place] as Stage; // `timed` are places of stages.
      if ((stage.wakesFirst === true) !== (turn === 'first')) continue;
      for (let count = 0; (stage.wakeAt?.(cell.states[place]) ?? NEVER) <= scope.now; count++) {
        if (count === MAX_WAKES) throw new Error(`${stage.kind} does not move its deadline on`);
        scope.steps = steps;
        this.wakeStage(cell, place, scope);
      }
    }
  }

  /** Let the stage at a place act, whether it is due or not. */
  wakeStage(cell: Cell, place: number, scope: Scope): void {
    this.#enter(cell, place, scope);
    cell.owner.plan.stages[place]?.onWake?.(cell.states[place], scope, this);
    this.#keep(0, place, scope);
  }

  /** Tell the stage at a place of a message that `where` refuses. */
  refuse(cell: Cell, place: number, scope: Scope): void {
    this.#enter(cell, place, scope);
    cell.owner.plan.stages[place]?.onRefused?.(cell.states[place], scope, this);
    this.#keep(0, place, scope);
  }

  /** Hand a message that a script of it waits for to the stages of a cell. */
  deliver(cell: Cell, arrived: readonly Arrived[], scope: Scope): void {
    const { stages, timed } = cell.owner.plan;
    this.#wholly(() => {
      for (const place of timed) {
        const stage = stages[place] as Stage; // `timed` are places of stages.
        if (stage.onAwaited === undefined) continue;
        this.#enter(cell, place, scope);
        stage.onAwaited(cell.states[place], arrived, scope, this);
        this.#keep(0, place, scope);
      }
    });
  }

  /** Tell `on_error` that what the rule did has failed after all. Names mean what they meant at this moment. */
  onError(running: RunningRule, cell: Cell | null, moment: Moment, message: string, scope: Scope): void {
    const { stages, splitAt } = running.plan;
    const script = stages.findIndex((stage) => stage.acts === true);
    this.#wholly(() => {
      this.#begin(running, cell, splitAt, script, scope);
      this.#expose(0, scope);
      recall(moment, scope);
      this.#acting.onError(message, scope);
      if (this.failed.length > 0) this.#next(scope);
      this.#keep(0, Infinity, scope);
    });
  }

  /** What throws takes back what the rule was about to do. */
  #wholly(work: () => void): void {
    const before = this.#acting.effects.length;
    try {
      work();
    } catch (error) {
      this.#acting.effects.length = before;
      throw error;
    }
  }

  /** Let the alert of a cell see that a message came on a topic that may acknowledge it. */
  acknowledge(cell: Cell, topic: string, scope: Scope): void {
    const { alert, plan } = cell.owner.rule;
    if (alert === null) return;
    this.#enter(cell, alert.place, scope);
    plan.stages[alert.place]?.onAck?.(cell.states[alert.place], topic, scope, this);
    this.#keep(0, alert.place, scope);
  }

  /** Let the alert of a cell be resolved, because the cell is given up. */
  resolve(cell: Cell, scope: Scope): void {
    const { alert, plan } = cell.owner.rule;
    if (alert === null) return;
    this.#enter(cell, alert.place, scope);
    plan.stages[alert.place]?.onRemove?.(cell.states[alert.place], scope, this);
    this.#acting.announce(scope, true);
  }

  pass(scope: Scope): void {
    if (this.#step === this.#origin + 1) this.#separately(null, scope);
    else {
      this.#next(scope);
      this.#acting.announce(scope);
    }
  }

  /** Begin where a stage acts that no message has reached. */
  #enter(cell: Cell, place: number, scope: Scope): void {
    this.#begin(cell.owner, cell, place, place + 1, scope);
    this.#expose(0, scope);
  }

  #begin(running: RunningRule, cell: Cell | null, origin: number, step: number, scope: Scope): void {
    this.#running = running;
    this.#acting.running = running;
    this.#cell = cell;
    this.#origin = origin;
    this.#step = step;
    this.branch = null;
    this.rendered = null;
    this.announcement = null;
    this.#steps = scope.steps;
    this.#acting.forget();
    scope.acted = false;
  }

  #next(scope: Scope): void {
    const step = this.#step;
    const stage = this.#running.plan.stages[step];
    if (stage === undefined) {
      if (this.branch !== null) this.#acting.act(this.branch, this.rendered, scope);
      return;
    }
    this.#step = step + 1;
    stage.onEvent(this.#cell === null ? null : this.#cell.states[step], scope, this);
    this.#step = step;
  }

  perform(branch: Branch, scope: Scope): void {
    this.#separately(branch, scope);
    this.branch = null;
  }

  /**
   * One result of a stage that splits or was woken: a run of the later stages that ends in itself. With a branch, that is
   * done in their place.
   */
  #separately(branch: Branch | null, scope: Scope): void {
    const from = this.#step;
    const before = this.#acting.effects.length;
    const { announcement } = this; // That of the stage that passes it on, which goes on whatever becomes of the result.
    this.rendered = null;
    this.#acting.forget();
    scope.acted = false;
    scope.steps = this.#steps;
    try {
      this.#expose(from, scope);
      if (branch === null) this.#next(scope);
      else this.#instead(branch, scope);
      this.#acting.announce(scope);
      this.#keep(from, Infinity, scope);
    } catch (error) {
      this.#acting.effects.length = before;
      scope.assigned.fill(false);
      scope.acted = false;
      this.#caught(error);
      this.#announceAfter(announcement, scope);
    }
    this.#step = from;
  }

  #instead(branch: Branch, scope: Scope): void {
    this.branch = branch;
    this.#acting.perform([], branch.set, true, scope);
    const place = this.#running.plan.stages.findIndex((stage) => stage.acts === true);
    this.#step = place === -1 ? Infinity : place;
    this.#next(scope);
    scope.acted = false; // It is not what the later stages hold back.
  }

  #expose(from: number, scope: Scope): void {
    if (this.#cell !== null) expose(this.#cell, from, scope);
  }

  #keep(from: number, to: number, scope: Scope): void {
    if (this.#cell !== null) keep(this.#cell, from, to, scope);
  }

  evaluated(result: boolean | null): void {
    this.#running.tally.evaluated(result);
  }

  suppressed(reason: Suppression): void {
    this.#running.tally.suppress(reason);
  }

  fail(reason: RuleError, message: string): void {
    this.#fail(reason, message);
  }

  failures(scope: Scope): void {
    const { branch, rendered } = this;
    if (branch === null || rendered === null) return;
    for (const [i, { type }] of branch.actions.entries()) {
      const failure = rendered[i];
      if (failure instanceof ActionFailure) this.#acting.fails(failure, type, scope);
    }
    if (this.failed.length === 0) return;
    this.branch = null;
    this.pass(scope); // To the script of `on_error`, with nothing else to do.
  }

  performStep(actions: readonly Action[], set: readonly Assignment[], isLast: boolean, scope: Scope): void {
    this.#acting.perform(actions, set, isLast, scope);
  }

  caught(error: unknown): void {
    this.#caught(error);
  }

  /** Tell of the alert after what was to go with it has thrown. */
  #announceAfter(announcement: Announcement | null, scope: Scope): void {
    this.announcement = announcement;
    try {
      this.#acting.announce(scope);
    } catch (error) {
      this.#caught(error);
    }
  }
}
