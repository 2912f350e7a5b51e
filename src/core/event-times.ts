import type { Cells } from './cells.ts';
import type { Chain } from './chain.ts';
import { beginScope, withoutMessage, withoutState } from './empty-scope.ts';
import { keyOfMessage } from './key.ts';
import { wallTime } from './logic/getter.ts';
import type { RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import type { Supervision } from './supervision.ts';

/** Moves the event time of rules on, where that is more than a stage's own affair. One instance serves the machine. */
export class EventTimes {
  readonly #cells: Cells;
  readonly #chain: Chain;
  readonly #scope: Scope;
  readonly #steps: number;
  readonly #supervision: Supervision;

  /** `steps` are those of one result. */
  constructor(cells: Cells, chain: Chain, scope: Scope, steps: number, supervision: Supervision) {
    this.#cells = cells;
    this.#chain = chain;
    this.#scope = scope;
    this.#steps = steps;
    this.#supervision = supervision;
  }

  /** Let the windows of a rule's keys end up to the event time that they share: in its order, then in that of the keys. */
  pass(running: RunningRule, now: number): void {
    const { sharedTime } = running;
    if (sharedTime === null) return;
    const { rule } = running;
    const scope = this.#scope;
    const mark = sharedTime.markAt(now);
    for (let at = sharedTime.next; at <= mark; at = sharedTime.next) {
      for (const cell of sharedTime.due()) {
        beginScope(scope, running, cell.key, this.#steps);
        scope.now = now;
        withoutMessage(scope);
        scope.reached = at;
        try {
          this.#chain.wakeStage(cell, rule.plan.eventTime?.place ?? 0, scope);
          this.#cells.settle(cell);
        } catch (error) {
          this.#supervision.caught(error);
        }
      }
    }
    this.#cells.settleOwn(running);
  }

  /**
   * A message, which the scope is filled with, is not evaluated: where the windows of its rule are in event time, it still
   * tells a time. `captured` is its key without `by`.
   */
  refuse(running: RunningRule, captured: string | null, now: number): void {
    const { rule, sharedTime } = running;
    if (rule.plan.eventTime === null) return;
    const scope = this.#scope;
    withoutState(scope);
    scope.woken = true;
    scope.told = rule.plan.eventTime.read(scope);
    if (!(scope.told <= wallTime(scope) + rule.plan.eventTime.skew)) return; // It may be NaN.
    if (sharedTime !== null) {
      sharedTime.hear(scope.told, now);
      return;
    }
    const key = keyOfMessage(rule.plan.by, captured, scope);
    const cell = typeof key === 'string' ? this.#cells.touch(running, key, now) : null;
    if (cell === null) return;
    scope.key = cell.key;
    this.#chain.refuse(cell, rule.plan.eventTime.place, scope);
    this.#cells.settle(cell);
  }
}
