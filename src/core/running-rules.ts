import { carryCells } from './carry-cells.ts';
import type { Cells } from './cells.ts';
import { mayWait } from './may-wait.ts';
import type { Reached } from './program.ts';
import { listensAs, type Input, type Rule } from './rule.ts';
import { RunningRule } from './running-rule.ts';
import type { CellName, SavedCell, StateChanges } from './saved-state.ts';

/** The rules at work, and how others take their place. */
export class RunningRules {
  readonly #cells: Cells;
  /** In the order they act. */
  running: readonly RunningRule[] = [];
  byId: ReadonlyMap<string, RunningRule> = new Map();

  constructor(cells: Cells) {
    this.#cells = cells;
  }

  /** Put others in their place at `now`. Cells live on by rule id and stage shape. */
  swap(rules: readonly Rule[], now: number): void {
    const leaving = new Map(this.byId);
    this.running = rules.map((rule) => {
      const before = this.byId.get(rule.id);
      if (before?.rule === rule) {
        this.#release(before);
        leaving.delete(rule.id);
        return before;
      }
      const bornAt = before !== undefined && listensAs(before.rule, rule) ? before.bornAt : now;
      const running = new RunningRule(rule, bornAt, before);
      if (before !== undefined) carryCells(before, running, this.#cells);
      return running;
    });
    for (const running of leaving.values()) this.#cells.drop(running);
    for (const [slot, running] of this.running.entries()) {
      running.slot = slot;
      this.#seed(running, now);
    }
    this.byId = new Map(this.running.map((running) => [running.rule.id, running]));
  }

  /**
   * Take up cells that were saved, before the first message, unless they may stay where they are and are dormant; gives back
   * the names of those that no rule has a place for.
   */
  restore(saved: readonly SavedCell[]): CellName[] {
    return saved
      .toSorted((a, b) => a.order - b.order) // That of the rule itself, which others look at, comes first.
      .filter((cell) => {
        const running = this.byId.get(cell.rule);
        return running === undefined || !this.#cells.restore(running, cell, true);
      });
  }

  /** The same while there are messages already: those that are here stay as they are. */
  adopt(saved: readonly SavedCell[]): CellName[] {
    const others = saved.filter(({ rule, key }) => {
      const running = this.byId.get(rule);
      if (running === undefined || (!running.cells.has(key) && running.ownCell?.key !== key)) return true;
      this.#cells.stored.meet(running, key);
      return false;
    });
    return this.restore(others);
  }

  /** Take up those among the cells of a rule as they are kept that are dormant at `now`; gives back the names of those that are forgotten. */
  wake(running: RunningRule, kept: readonly SavedCell[], now: number): CellName[] {
    const { stored } = this.#cells;
    return kept.filter((saved) => {
      if (running.cells.has(saved.key) || running.ownCell?.key === saved.key) return false;
      if (stored.isForgotten(running, saved, now) || !stored.wake(running, saved)) return true;
      this.#cells.restore(running, saved);
      return false;
    });
  }

  /** Take up the cells that a topic leads to, if they are yet to be taken up. */
  find(reached: Reached | null, now: number): void {
    for (let one = reached; one !== null; one = one.next) {
      if (one.reach === null || one.key === null) continue;
      const running = this.running[one.reach.slot];
      if (running?.rule.plan.stateful === true) this.#cells.find(running, one.key, now);
    }
  }

  /** Those with dormant cells that others take the place of, or none. */
  sleepersBefore(rules: readonly Rule[]): RunningRule[] {
    const staying = new Set(rules);
    return this.running.filter((one) => !staying.has(one.rule) && this.#cells.stored.has(one));
  }

  /** The rules whose cells must be here before the first message. */
  get impatient(): string[] {
    return this.running.filter(({ rule }) => rule.plan.stateful && !mayWait(rule)).map(({ rule }) => rule.id);
  }

  /** From now on, what changes is to be saved; so are the keys that are waited for from the start. */
  track(): void {
    this.#cells.track(this.running.flatMap(({ cells }) => [...cells.values()]));
  }

  /** Cells whose changes could not be kept are to be saved again, or dropped if they are gone. */
  giveBack({ cells, droppedCells }: Pick<StateChanges, 'cells' | 'droppedCells'>): void {
    for (const { rule, key } of [...cells, ...droppedCells]) {
      const running = this.byId.get(rule);
      const cell = running?.ownCell?.key === key ? running.ownCell : running?.cells.get(key);
      this.#cells.changedAgain(rule, key, cell);
    }
  }

  /** The rules whose alerts do not live on in others. */
  losingAlerts(rules: readonly Rule[]): RunningRule[] {
    const after = new Map(rules.map((rule) => [rule.id, rule]));
    return this.running.filter(({ rule }) => rule.alert !== null && !keepsAlerts(rule, after.get(rule.id)));
  }

  /** The inputs of rules that came at `at` or later. */
  inputsSince(at: number): Input[] {
    return this.running.filter(({ bornAt }) => bornAt >= at).flatMap(({ rule }) => rule.inputs);
  }

  /** Let a rule that was put aside run again; what was due in the meantime is due now. */
  #release(running: RunningRule): void {
    const wasAside = running.quarantined;
    running.release();
    if (!wasAside) return;
    for (const cell of running.cells.values()) this.#cells.settle(cell);
    this.#cells.settleOwn(running);
  }

  /** Begin to wait for the keys that a rule names. */
  #seed(running: RunningRule, now: number): void {
    const { seeds, plan } = running.rule;
    for (const { key, captures } of seeds) {
      if (running.cells.has(key)) continue;
      const cell = this.#cells.touch(running, key, now);
      if (cell === null) return;
      for (const [i, stage] of plan.stages.entries()) {
        if (stage.seed !== undefined) cell.states[i] = stage.seed(cell.states[i], now, captures);
      }
      this.#cells.settle(cell);
    }
  }
}

function keepsAlerts(before: Rule, after: Rule | undefined): boolean {
  return after !== undefined && shapeOfAlert(before) === shapeOfAlert(after);
}

function shapeOfAlert({ alert, plan }: Rule): string | undefined {
  return alert === null ? undefined : plan.stages[alert.place]?.shape;
}
