import type { Cells } from './cells.ts';
import type { Chain } from './chain.ts';
import { beginScope, withoutMessage } from './empty-scope.ts';
import type { EventTimes } from './event-times.ts';
import { keyOfMessage, MAX_KEY_LENGTH, NO_KEY } from './key.ts';
import type { MachineLimits } from './limits.ts';
import { known } from './logic/path.ts';
import { truthy } from './logic/value.ts';
import type { Hit } from './program.ts';
import type { RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import type { Supervision } from './supervision.ts';

/** What is known of a message by its topic. */
export type Origin = Pick<Hit, 'captures' | 'key' | 'cell'>;

/** Takes a payload through `where`, `foreach` and `by` to the cell of its key, and through the stages of the rule at work. */
export class Intake {
  readonly #chain: Chain;
  readonly #cells: Cells;
  readonly #eventTimes: EventTimes;
  readonly #supervision: Supervision;
  readonly #limits: MachineLimits;

  constructor(chain: Chain, cells: Cells, eventTimes: EventTimes, supervision: Supervision, limits: MachineLimits) {
    this.#chain = chain;
    this.#cells = cells;
    this.#eventTimes = eventTimes;
    this.#supervision = supervision;
    this.#limits = limits;
  }

  /** Let the rule take a payload. */
  take(payload: unknown, origin: Origin, scope: Scope): void {
    const { where, foreach } = this.#supervision.rule.plan;
    if (scope.payload !== payload) scope.payload = payload; // Another rule may have had it: then nothing is written.
    if (scope.message !== payload) scope.message = payload;
    if (where !== null && !truthy(where(scope))) this.#eventTimes.refuse(this.#supervision.rule, origin.key, scope.now);
    else if (foreach === null) this.#evaluate(origin, scope);
    else this.#each(foreach(scope), origin, scope);
  }

  /** Let a rule see a tick: a message of now that has no topic and no payload. */
  tick(running: RunningRule, scope: Scope, now: number): void {
    if (running.quarantined) return;
    this.#supervision.begin(running);
    beginScope(scope, running, NO_KEY, this.#limits.steps);
    withoutMessage(scope);
    scope.now = now;
    scope.event = { ...scope.event, at: now };
    scope.woken = false;
    try {
      this.take(null, { captures: [], key: NO_KEY, cell: null }, scope);
    } catch (error) {
      this.#supervision.caught(error);
    }
  }

  #each(list: unknown, origin: Origin, scope: Scope): void {
    if (!Array.isArray(list) || list.length === 0) {
      this.#eventTimes.refuse(this.#supervision.rule, origin.key, scope.now);
      return;
    }
    const { elements } = this.#limits;
    if (list.length > elements) {
      this.#supervision.breach('too_many_elements', `foreach: ${list.length} elements are more than ${elements}`);
      return;
    }
    const { event, message, ports, live } = scope;
    const running = this.#supervision.rule;
    for (const element of list as readonly unknown[]) {
      // A script or a window that the element before has ended may have recalled another message.
      scope.event = event;
      scope.captures = origin.captures;
      scope.ports = ports;
      scope.message = message;
      scope.payload = known(element);
      scope.live = live;
      scope.woken = false;
      this.#evaluate(origin, scope);
      if (running.sharedTime === null) continue;
      const { steps } = scope;
      this.#eventTimes.pass(running, scope.now);
      scope.steps = steps; // They are those of the whole message.
    }
  }

  #evaluate(origin: Origin, scope: Scope): void {
    const running = this.#supervision.rule;
    const { plan, sharedTime } = running;
    const key = keyOfMessage(plan.by, origin.key, scope);
    if (typeof key !== 'string') {
      scope.key = ''; // Not that of the element before.
      if (key === undefined) this.#supervision.fail('unknown_key', 'a part of `by` is unknown');
      else this.#supervision.fail('key_too_long', `the key is longer than ${MAX_KEY_LENGTH} characters`);
      this.#eventTimes.refuse(running, origin.key, scope.now);
      return;
    }
    scope.key = key;
    if (!plan.stateful) {
      this.#chain.run(running, null, scope);
      return;
    }
    const cell = this.#cells.touchBy(origin, running, key, scope.now);
    if (cell === null)
      this.#supervision.fail('too_many_keys', `the rule has ${running.rule.maxKeys} keys already (max_keys)`);
    else {
      if (sharedTime !== null) scope.reached = sharedTime.markAt(scope.now);
      scope.told = Number.NaN;
      this.#chain.run(running, cell, scope);
      if (!Number.isNaN(scope.told)) sharedTime?.hear(scope.told, scope.now);
      if (plan.timed.length > 0) this.#cells.settle(cell);
    }
  }
}
