import type { Rule } from './rule.ts';
import type { SharedTime } from './shared-time.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import { restoredStates, savedCell } from './saved-cell.ts';
import type { CellName, SavedCell } from './saved-state.ts';
import { NEVER, type Stage } from './stage.ts';
import { Timers } from './timers.ts';
import { NO_WAITS } from './waits.ts';

/** Deadlines of cells that are gone, which may be kept before they are swept out. */
const MAX_STALE = 1000;

/**
 * Which deadlines of a millisecond: those before its messages, or those after them. Dropping a cell that was idle for
 * longer than its rule's `ttl` is one of the latter.
 */
export type Turn = 'first' | 'last';

/** The cells of all rules and their deadlines. */
export class Cells {
  readonly #first = new Timers<Cell>();
  readonly #last = new Timers<Cell>();
  #size = 0;
  #made = 0;
  /** Those that have changed, and those that are gone, since `takeChanges`; null while nobody asks. */
  #changed: Set<Cell> | null = null;
  #dropped = new Map<string, CellName>();

  /** The next deadline of a turn, or NEVER. It may be early, never late. */
  next(turn: Turn): number {
    return (turn === 'first' ? this.#first : this.#last).peek();
  }

  /** How many deadlines are kept: never many more than twice those of the cells. */
  get deadlines(): number {
    return this.#first.size + this.#last.size;
  }

  /** The cell of a key, made at its first message; null when the rule has as many as it may. */
  touch(running: RunningRule, key: string, now: number): Cell | null {
    const found = running.cells.get(key);
    if (found !== undefined) {
      found.touchedAt = now;
      this.#changed?.add(found);
      return found;
    }
    const { rule } = running;
    if (running.cells.size >= rule.maxKeys) return null;
    const cell: Cell = {
      owner: running,
      key,
      order: this.#made++,
      states: rule.stages.map((stage) => stage.init()),
      phase: 'idle',
      waits: NO_WAITS,
      touchedAt: now,
      firstAt: NEVER,
      lastAt: NEVER,
    };
    this.#put(cell);
    return cell;
  }

  #put(cell: Cell): void {
    cell.owner.cells.set(cell.key, cell);
    this.#size++;
    this.settle(cell);
  }

  /** From now on, what changes is to be saved. */
  track(): void {
    this.#changed ??= new Set();
  }

  /** The cells that have changed or are gone since the last time; null if none. */
  takeChanges(): { readonly cells: SavedCell[]; readonly dropped: CellName[] } | null {
    if (this.#changed === null || (this.#changed.size === 0 && this.#dropped.size === 0)) return null;
    const changes = { cells: Array.from(this.#changed, savedCell), dropped: [...this.#dropped.values()] };
    this.#changed.clear();
    this.#dropped.clear();
    return changes;
  }

  /** What became of this cell could not be kept. */
  changedAgain(rule: string, key: string, cell: Cell | undefined): void {
    if (cell === undefined) this.#dropped.set(nameOf(rule, key), { rule, key });
    else this.#changed?.add(cell);
  }

  /** Take up a cell that was saved; false if its rule has no place for it. */
  restore(running: RunningRule, saved: SavedCell): boolean {
    const { rule, ownCell } = running;
    const { key, order, touchedAt } = saved;
    this.#made = Math.max(this.#made, order + 1);
    if (ownCell?.key === key) {
      ownCell.states = restoredStates(saved, rule);
      running.sharedTime?.begin();
      return true;
    }
    if (!rule.stateful || running.cells.has(key)) return false;
    const states = restoredStates(saved, rule);
    const place: Pick<Cell, 'phase' | 'waits' | 'firstAt' | 'lastAt'> = {
      phase: 'idle',
      waits: NO_WAITS,
      firstAt: NEVER,
      lastAt: NEVER,
    };
    this.#put({ owner: running, key, order, states, touchedAt, ...place });
    return true;
  }

  /** Look at what a cell waits for now: after every change of its states. */
  settle(cell: Cell): void {
    const { states, owner } = cell;
    if (this.#changed !== null) {
      this.#changed.add(cell);
      if (this.#dropped.size > 0) this.#dropped.delete(nameOf(owner.rule.id, cell.key));
    }
    const { timed } = owner.rule;
    let first = NEVER;
    let last = NEVER;
    if (timed.length > 0) {
      let phase = cell.phase;
      let waits = NO_WAITS;
      for (let i = 0; i < timed.length; i++) {
        const place = timed[i] as number; // Below the length.
        const stage = owner.rule.stages[place] as Stage; // `timed` are places of stages.
        const state = states[place];
        const at = stage.wakeAt?.(state) ?? NEVER;
        if (stage.wakesFirst === true) {
          if (at < first) first = at;
        } else if (at < last) last = at;
        if (stage.phase !== undefined) phase = stage.phase(state);
        if (stage.waits !== undefined) waits = stage.waits(state);
      }
      owner.waits.move(cell, waits);
      if (phase !== cell.phase) {
        owner.moved(cell.phase, phase);
        cell.phase = phase;
      }
    }
    const isWaiting =
      (owner.sharedTime !== null && this.#settleShared(cell, owner.sharedTime)) || cell.waits.length > 0;
    if (first < cell.firstAt) this.#first.push((cell.firstAt = first), cell);
    if (last === NEVER && first === NEVER && cell.phase === 'idle' && !isWaiting) last = dropAt(cell);
    if (last < cell.lastAt) this.#last.push((cell.lastAt = last), cell);
  }

  /** Look at what the cell of a key waits for in the event time of its rule: whether it does. */
  #settleShared(cell: Cell, time: SharedTime<Cell>): boolean {
    const { rule } = cell.owner;
    const place = rule.eventTime?.place ?? 0;
    const at = rule.stages[place]?.endsAt?.(cell.states[place]) ?? NEVER;
    if (time.await(cell, at)) this.settleOwn(cell.owner);
    return at !== NEVER;
  }

  /** Look at when the event time of a rule, by itself, comes to what its keys wait for. */
  settleOwn({ rule, ownCell }: RunningRule): void {
    if (ownCell === null) return;
    this.#changed?.add(ownCell);
    const place = rule.eventTime?.place ?? 0;
    const at = rule.stages[place]?.wakeAt?.(ownCell.states[place]) ?? NEVER;
    if (at < ownCell.firstAt) this.#first.push((ownCell.firstAt = at), ownCell);
  }

  /**
   * Take out the cells with a deadline of this turn at exactly `at`, in the order of rules and of the keys' first messages.
   * A cell whose deadline has moved since is put back.
   */
  due(turn: Turn, at: number): Cell[] {
    const timers = turn === 'first' ? this.#first : this.#last;
    const due: Cell[] = [];
    while (timers.peek() === at && at !== NEVER) {
      const cell = timers.pop();
      if (cell === undefined) break;
      if (turn === 'first') {
        if (cell.firstAt !== at) continue;
        cell.firstAt = NEVER;
      } else {
        if (cell.lastAt !== at) continue;
        cell.lastAt = NEVER;
      }
      due.push(cell);
    }
    if (due.length > 1) due.sort((a, b) => a.owner.slot - b.owner.slot || a.order - b.order);
    return due;
  }

  /**
   * Settle a cell whose deadlines of this turn have acted. What is still due by `now` is that it was idle for longer than
   * its rule's `ttl`, and it is dropped.
   */
  settleOrDrop(cell: Cell, turn: Turn, now: number): void {
    this.settle(cell);
    if ((turn === 'first' ? cell.firstAt : cell.lastAt) <= now) this.#remove(cell);
  }

  /**
   * Give the cells of a rule to its new version, as many as that may have and all that are pending, active or at work: a
   * stage keeps its state where kind and shape are the same. Scripts of a stage that does not are at their end, and counted.
   */
  carry(from: RunningRule, to: RunningRule): void {
    if (from.ownCell !== null) from.ownCell.firstAt = NEVER;
    const { suppressed } = to.tally;
    if (!to.rule.stateful) {
      for (const { states } of from.cells.values()) suppressed.reload += scriptsIn(states, from.rule);
      return;
    }
    const places = to.rule.stages.map((stage) => placeOf(stage.kind, stage.shape, from.rule));
    for (const cell of from.cells.values()) {
      const { states } = cell;
      const atWork = scriptsIn(states, from.rule);
      if (to.cells.size >= to.rule.maxKeys && cell.phase === 'idle' && atWork === 0) continue;
      cell.states = to.rule.stages.map((stage, i) => {
        const place = places[i] ?? -1;
        return place === -1 ? stage.init() : states[place];
      });
      from.moved(cell.phase, 'idle');
      cell.phase = 'idle';
      from.waits.move(cell, NO_WAITS);
      cell.owner = to;
      to.cells.set(cell.key, cell);
      from.cells.delete(cell.key);
      this.settle(cell);
      suppressed.reload += atWork - scriptsIn(cell.states, to.rule);
    }
  }

  /** Drop all cells of a rule. */
  drop(running: RunningRule): void {
    for (const cell of running.cells.values()) this.#remove(cell);
    if (running.ownCell !== null) running.ownCell.firstAt = NEVER;
    if (this.deadlines <= 4 * this.#size + MAX_STALE) return;
    this.#first.keep((at, cell) => cell.firstAt === at);
    this.#last.keep((at, cell) => cell.lastAt === at);
  }

  #remove(cell: Cell): void {
    const { owner } = cell;
    cell.firstAt = NEVER;
    cell.lastAt = NEVER;
    owner.moved(cell.phase, 'idle');
    owner.cells.delete(cell.key);
    owner.waits.move(cell, NO_WAITS);
    owner.sharedTime?.forget(cell);
    this.#size--;
    if (this.#changed === null) return;
    this.#changed.delete(cell);
    const { id } = owner.rule;
    this.#dropped.set(nameOf(id, cell.key), { rule: id, key: cell.key });
  }
}

/** No key and no id has a NUL in it. */
function nameOf(rule: string, key: string): string {
  return `${rule}\0${key}`;
}

/** The millisecond after whose messages it has been idle for longer than it may. */
function dropAt({ touchedAt, owner }: Cell): number {
  return Math.min(NEVER, touchedAt + owner.rule.ttl);
}

/** How many scripts are at work in these states, or wait for their turn. */
function scriptsIn(states: readonly unknown[], { stages }: Rule): number {
  return stages.reduce((sum, stage, i) => sum + (stage.atWork?.(states[i]) ?? 0), 0);
}

function placeOf(kind: string, shape: string, rule: Rule): number {
  return rule.stages.findIndex((stage) => stage.stateful && stage.kind === kind && stage.shape === shape);
}
