import type { Cells, Turn } from './cells.ts';
import type { Chain } from './chain.ts';
import { beginScope, withoutMessage } from './empty-scope.ts';
import { UNDECODABLE, type Event } from './event.ts';
import type { Hit } from './program.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import type { Supervision } from './supervision.ts';

/** What acts on cells though no message that their rule evaluates has come: deadlines, acknowledgements, awaited messages. */
export class Unprompted {
  readonly #chain: Chain;
  readonly #cells: Cells;
  readonly #scope: Scope;
  readonly #steps: number;
  readonly #supervision: Supervision;

  /** `steps`: how many one of these may take. */
  constructor(chain: Chain, cells: Cells, scope: Scope, steps: number, supervision: Supervision) {
    this.#chain = chain;
    this.#cells = cells;
    this.#scope = scope;
    this.#steps = steps;
    this.#supervision = supervision;
  }

  /** What is due at `now` acts. */
  wake(cell: Cell, turn: Turn, now: number): void {
    if (cell.owner.quarantined) return; // What is due then is done when it is released.
    this.#attempt(cell, now, (scope) => this.#chain.wake(cell, turn, scope));
    this.#cells.settleOrDrop(cell, turn, now);
  }

  /** The alert of a cell that is given up ends. */
  resolve(cell: Cell, now: number): void {
    this.#attempt(cell, now, (scope) => this.#chain.resolve(cell, scope));
  }

  /** Let the alert see it that the topic is for: the one of its key where the topic has that, else one of all that fire. */
  acknowledge({ cells }: RunningRule, { captures }: Hit, topic: string, now: number): void {
    const named = captures.length > 0 ? cells.get(captures.join('/')) : undefined;
    for (const cell of captures.length > 0 ? [named] : cells.values()) {
      if (cell?.phase !== 'active') continue;
      this.#attempt(cell, now, (scope) => this.#chain.acknowledge(cell, topic, scope));
      this.#cells.settle(cell);
    }
  }

  /** A message that scripts of the rule may wait for, whatever their key. */
  deliver({ waiting }: RunningRule, { input, captures, ports }: Hit, event: Event, now: number): void {
    if (waiting.size === 0 || (event.retained && input.retained !== 'use')) return;
    const payload = event.decode(input.codec);
    if (payload === UNDECODABLE) return;
    for (const cell of Array.from(waiting)) {
      // A copy: what stops waiting and waits again is not waiting for the same message.
      this.#attempt(cell, now, (scope) => {
        scope.event = event;
        scope.ports = ports;
        scope.captures = captures;
        scope.payload = payload;
        scope.message = payload;
        this.#chain.deliver(cell, scope);
      });
      this.#cells.settle(cell);
    }
  }

  /** Fill the scope for what acts on a cell without a message, and let it. */
  #attempt(cell: Cell, now: number, act: (scope: Scope) => void): void {
    const scope = this.#scope;
    this.#supervision.begin(cell.owner);
    scope.now = now;
    beginScope(scope, cell.owner.rule, cell.key, this.#steps);
    withoutMessage(scope);
    try {
      act(scope);
    } catch (error) {
      this.#supervision.caught(error);
    }
  }
}
