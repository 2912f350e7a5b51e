import type { Turn } from './cell-times.ts';
import type { Cells } from './cells.ts';
import type { Chain } from './chain.ts';
import { beginScope, withoutMessage } from './empty-scope.ts';
import { UNDECODABLE, type Event } from './event.ts';
import type { Moment } from './moment.ts';
import type { Arrival, Hit, Reach } from './program.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import type { Supervision } from './supervision.ts';
import type { Arrived } from './waits.ts';

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
    this.#attempt(cell.owner, cell.key, now, (scope) => this.#chain.wake(cell, turn, scope));
    this.#cells.settleOrDrop(cell, turn, now);
  }

  /** The alert of a cell that is given up ends. */
  resolve(cell: Cell, now: number): void {
    this.#attempt(cell.owner, cell.key, now, (scope) => this.#chain.resolve(cell, scope));
  }

  /** Let the alert see it that the topic is for: the one of its key where the topic has that, else one of all that fire. */
  acknowledge({ cells }: RunningRule, { captures }: Hit, topic: string, now: number): void {
    const named = captures.length > 0 ? cells.get(captures.join('/')) : undefined;
    for (const cell of captures.length > 0 ? [named] : cells.values()) {
      if (cell?.phase !== 'active') continue;
      this.#attempt(cell.owner, cell.key, now, (scope) => this.#chain.acknowledge(cell, topic, scope));
      this.#cells.settle(cell);
    }
  }

  /** Hand a message to the scripts of a rule that wait for it, whatever their key. */
  deliver(running: RunningRule, { arrivals }: Reach, event: Event, now: number): void {
    if (running.waits.isEmpty) return;
    const arrived = this.#decode(running, arrivals, event);
    for (const cell of running.waits.of(arrived)) {
      this.#attempt(cell.owner, cell.key, now, (scope) => {
        scope.event = event;
        this.#chain.deliver(cell, arrived, scope);
      });
      this.#cells.settle(cell);
    }
  }

  /** What a rule has done for a key has failed after all: its `on_error` is told, in which names mean what they meant then. */
  onError(running: RunningRule, key: string, moment: Moment, error: string, now: number): void {
    if (running.quarantined) return;
    const cell = running.plan.stateful ? this.#cells.touch(running, key, now) : null;
    this.#attempt(running, key, now, (scope) => this.#chain.onError(running, cell, moment, error, scope));
    if (cell !== null) this.#cells.settle(cell);
  }

  /** What has come of that which is waited for. */
  #decode(running: RunningRule, arrivals: readonly Arrival[], event: Event): readonly Arrived[] {
    const scope = this.#scope;
    this.#supervision.begin(running);
    beginScope(scope, running, '', this.#steps);
    scope.event = event;
    const arrived: Arrived[] = [];
    for (const { input, id, captures } of arrivals) {
      if (!running.waits.has(id) || (event.retained && input.retained !== 'use')) continue;
      const payload = this.#supervision.decode(event, input.codec);
      if (payload !== UNDECODABLE) arrived.push({ id, captures, payload });
    }
    return arrived;
  }

  /** Fill the scope for what acts for a key without a message, and let it. */
  #attempt(running: RunningRule, key: string, now: number, act: (scope: Scope) => void): void {
    const scope = this.#scope;
    this.#supervision.begin(running);
    scope.now = now;
    beginScope(scope, running, key, this.#steps);
    withoutMessage(scope);
    try {
      act(scope);
    } catch (error) {
      this.#supervision.caught(error);
    }
  }
}
