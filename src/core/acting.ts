import { ActionFailure, type Action, type ActionEffect, type Assignment } from './action.ts';
import type { Announcement } from './alert/announcement.ts';
import { renderAlert } from './alert/render.ts';
import type { Branch } from './branch.ts';
import type { Effect } from './effect.ts';
import { momentOf } from './moment.ts';
import type { RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import { assign } from './stages/set.ts';
import type { RuleError } from './tally.ts';

/** Tells that something went wrong for the rule at work: it counts and passes on what a person may want to read. */
export type Fail = (reason: RuleError, message: string) => void;

/** Makes the effects of a rule that acts, within its rate limit, and sees to what fails. One instance serves the machine. */
export class Acting {
  readonly #hops: number;
  readonly #fail: Fail;
  /** The rule at work. */
  running!: RunningRule;
  effects: Effect[] = [];
  /** What is to be told of its alert. */
  announcement: Announcement | null = null;
  /** Why actions have failed for which the script of `on_error` has yet to start. */
  readonly failed: string[] = [];

  constructor(hops: number, fail: Fail) {
    this.#hops = hops;
    this.#fail = fail;
  }

  /** A run begins: what failed before is not its concern. */
  forget(): void {
    if (this.failed.length > 0) this.failed.length = 0;
  }

  takeEffects(): Effect[] {
    const { effects } = this;
    if (effects.length > 0) this.effects = [];
    return effects;
  }

  /** Do what a branch says. `rendered` is what its actions make, where a stage had to look. */
  act(branch: Branch, rendered: readonly (ActionEffect | ActionFailure)[] | null, scope: Scope): void {
    const { running } = this;
    if (branch.actions.length === 0 && branch.script === null) {
      running.tally.fire();
      return; // It has written to its memory, and there was nothing to hold back.
    }
    if (!running.admit(scope.now, branch.actions.length)) {
      running.tally.suppress('rate_limit');
      return;
    }
    let performed = 0;
    for (let i = 0; i < branch.actions.length; i++) {
      const action = branch.actions[i] as Action; // Below the length.
      if (action.type !== 'publish') this.announce(scope);
      const effect = rendered?.[i] ?? action.render(scope);
      if (effect instanceof ActionFailure) {
        running.repay(); // So that there is one for `on_error`.
        this.fails(effect, action.type, scope);
      } else if (this.#emit(effect, scope)) performed++;
    }
    // A rule whose every action failed has not acted: its throttle and its `distinct` wait for one that does.
    scope.acted = performed > 0 || branch.script !== null;
    if (!scope.acted) return;
    running.tally.fire();
    if (running.shadow) running.tally.suppress('shadow');
  }

  perform(actions: readonly Action[], set: readonly Assignment[], isLast: boolean, scope: Scope): void {
    for (const assignment of set) assign(assignment, scope);
    if (actions.length === 0) return;
    if (!this.running.admit(scope.now, actions.length)) {
      this.running.tally.suppress('rate_limit');
      return;
    }
    for (const action of actions) {
      const effect = action.render(scope);
      if (!(effect instanceof ActionFailure)) {
        this.#emit(effect, scope, isLast);
        continue;
      }
      this.running.repay(); // So that there is one for `on_error`.
      if (isLast) this.#failedLast(effect, action.type);
      else this.fails(effect, action.type, scope);
    }
  }

  /** Tell of the alert, if that has not been done; beyond the rate limit only for the last time. */
  announce(scope: Scope, isLast = false): void {
    const { announcement } = this;
    if (announcement === null) return;
    const { alert } = this.running.rule;
    if (alert === null) return;
    this.announcement = null;
    announcement.sent = this.running.admit(scope.now, 1) || isLast;
    if (!announcement.sent) {
      this.running.tally.suppress('rate_limit');
      return;
    }
    const { publish, alert: effect } = renderAlert(alert.texts, announcement, scope, this.#fail);
    const isPublished = publish !== null && !(publish instanceof ActionFailure) && this.#emit(publish, scope);
    this.#emit(isPublished ? effect : { ...effect, topic: null }, scope);
    if (publish instanceof ActionFailure) this.fails(publish, 'alert', scope);
  }

  /** `isLast`: if it fails, `on_error` is not told: what `on_error` publishes of a loop would only go round as well. */
  #emit(effect: Effect, scope: Scope, isLast = false): boolean {
    if (effect.type === 'publish' && effect.hops > this.#hops) {
      const message = `the message has been through ${effect.hops - 1} rules: a loop?`;
      const failure = new ActionFailure('too_many_hops', message);
      this.running.repay(); // So that there is one for `on_error`.
      if (isLast) this.#failedLast(failure, 'publish');
      else this.fails(failure, 'publish', scope);
      return false;
    }
    const { shadow, plan } = this.running;
    if (shadow) return true;
    const canFail = effect.type === 'publish' || effect.type === 'http';
    this.effects.push(
      canFail && !isLast && doesSomething(plan.onError) ? { ...effect, moment: momentOf(scope) } : effect,
    );
    return true;
  }

  /** An action that could not be made: counted, told, and given to `on_error`, whose own failures end here. */
  fails(failure: ActionFailure, type: Effect['type'], scope: Scope): void {
    this.running.tally.act(type, 'error');
    this.#fail(failure.reason, failure.message);
    this.onError(failure.message, scope);
  }

  /** Do what `on_error` says to a failure that has been counted and told. */
  onError(message: string, scope: Scope): void {
    const { set, actions, script } = this.running.plan.onError;
    scope.error = message;
    for (const assignment of set) assign(assignment, scope);
    if (script !== null) this.failed.push(message);
    if (actions.length === 0) return;
    if (!this.running.admit(scope.now, actions.length)) {
      this.running.tally.suppress('rate_limit');
      return;
    }
    for (const action of actions) {
      const effect = action.render(scope);
      if (effect instanceof ActionFailure) this.#failedLast(effect, action.type);
      else this.#emit(effect, scope, true);
    }
  }

  /** An action of `on_error` that could not be made: that is as far as it goes. */
  #failedLast(failure: ActionFailure, type: Action['type']): void {
    this.running.tally.act(type, 'error');
    this.#fail(failure.reason, `on_error: ${failure.message}`);
  }
}

function doesSomething({ set, actions, script }: Branch): boolean {
  return actions.length > 0 || set.length > 0 || script !== null;
}
