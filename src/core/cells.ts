import type { Rule } from './rule.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import { NEVER } from './stage.ts';
import { Timers } from './timers.ts';

/** Deadlines of cells that are gone, which may be kept before they are swept out. */
const MAX_STALE = 1000;

/** The cells of all rules and their deadlines. A cell is dropped when it was idle for longer than its rule's `ttl`. */
export class Cells {
  readonly #timers = new Timers<Cell>();
  #size = 0;

  /** The next deadline of a cell, or NEVER. It may be early, never late. */
  get wakeAt(): number {
    return this.#timers.peek();
  }

  /** How many deadlines are kept: never many more than twice the cells. */
  get deadlines(): number {
    return this.#timers.size;
  }

  /** The cell of a key, made at its first message; null when the rule has as many as it may. */
  touch(running: RunningRule, key: string, now: number): Cell | null {
    const found = running.cells.get(key);
    if (found !== undefined) {
      found.touchedAt = now;
      return found;
    }
    const { rule } = running;
    if (running.cells.size >= rule.maxKeys) return null;
    const cell = {
      owner: running,
      key,
      states: rule.stages.map((stage) => stage.init()),
      touchedAt: now,
      queuedAt: NEVER,
    };
    running.cells.set(key, cell);
    this.#size++;
    this.#queue(cell);
    return cell;
  }

  /** Drop what has been idle for longer than its rule's `ttl` at `to`. */
  expire(to: number): void {
    for (let at = this.#timers.peek(); at <= to && at !== NEVER; at = this.#timers.peek()) {
      const cell = this.#timers.pop();
      if (cell === undefined || cell.queuedAt !== at) continue;
      if (deadlineOf(cell) <= to) this.#remove(cell);
      else this.#queue(cell); // It was touched since.
    }
  }

  /** Give the cells of a rule to its new version: a stage keeps its state where kind and shape are the same. */
  carry(from: RunningRule, to: RunningRule): void {
    if (!to.rule.stateful) return;
    const places = to.rule.stages.map((stage) => placeOf(stage.kind, stage.shape, from.rule));
    for (const cell of from.cells.values()) {
      if (to.cells.size >= to.rule.maxKeys) break;
      const { states } = cell;
      cell.states = to.rule.stages.map((stage, i) => {
        const place = places[i] ?? -1;
        return place === -1 ? stage.init() : states[place];
      });
      cell.owner = to;
      to.cells.set(cell.key, cell);
      from.cells.delete(cell.key);
      if (deadlineOf(cell) < cell.queuedAt) this.#queue(cell);
    }
  }

  /** Drop all cells of a rule. */
  drop(running: RunningRule): void {
    for (const cell of running.cells.values()) this.#remove(cell);
    if (this.#timers.size > 2 * this.#size + MAX_STALE) this.#timers.keep((at, cell) => cell.queuedAt === at);
  }

  #queue(cell: Cell): void {
    cell.queuedAt = deadlineOf(cell);
    if (cell.queuedAt !== NEVER) this.#timers.push(cell.queuedAt, cell);
  }

  #remove(cell: Cell): void {
    cell.queuedAt = NEVER;
    cell.owner.cells.delete(cell.key);
    this.#size--;
  }
}

/** The first millisecond at which it has been idle for longer than it may. */
function deadlineOf({ touchedAt, owner }: Cell): number {
  return Math.min(NEVER, touchedAt + owner.rule.ttl + 1);
}

function placeOf(kind: string, shape: string, rule: Rule): number {
  return rule.stages.findIndex((stage) => stage.stateful && stage.kind === kind && stage.shape === shape);
}
