import { CellChanges } from './cell-changes.ts';
import { CellTimes, NO_ROW, type Turn } from './cell-times.ts';
import type { Hit } from './program.ts';
import type { SharedTime } from './shared-time.ts';
import type { Cell, RunningRule } from './running-rule.ts';
import { restoredStates, savedCell } from './saved-cell.ts';
import type { CellName, SavedCell } from './saved-state.ts';
import { NEVER, type Stage } from './stage.ts';
import { StoredCells } from './stored-cells.ts';
import { Timers } from './timers.ts';
import { NO_WAITS } from './waits.ts';

/** Deadlines of cells that are gone, which may be kept before they are swept out. */
const MAX_STALE = 1000;

/** The cells of all rules and their deadlines. */
export class Cells {
  readonly #first = new Timers<Cell>();
  readonly #last = new Timers<Cell>();
  readonly #times = new CellTimes();
  #size = 0;
  #made = 0;
  readonly #changes = new CellChanges();
  /** What was saved, and is not here. */
  readonly stored = new StoredCells();
  #doubtAt: number | null = null;

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
    const found = this.find(running, key, now);
    if (found !== undefined) {
      this.#times.touch(found.row, now);
      this.#changes.add(found);
      return found;
    }
    const { rule } = running;
    if (running.cells.size >= rule.maxKeys - this.stored.countOf(running, now)) return null;
    const cell: Cell = {
      owner: running,
      key,
      order: this.#made++,
      states: rule.plan.stages.map((stage) => stage.init()),
      phase: 'idle',
      waits: NO_WAITS,
      row: this.#times.add(now),
    };
    this.#put(cell);
    return cell;
  }

  /** The same for the key of a topic, which knows the cell that it had the last time. */
  touchBy(hit: Pick<Hit, 'cell'>, running: RunningRule, key: string, now: number): Cell | null {
    const { cell } = hit;
    if (cell === null || cell.owner !== running || cell.row === NO_ROW || cell.key !== key)
      return (hit.cell = this.touch(running, key, now));
    this.#times.touch(cell.row, now);
    this.#changes.add(cell);
    return cell;
  }

  #put(cell: Cell): void {
    cell.owner.cells.set(cell.key, cell);
    this.#size++;
    this.settle(cell);
  }

  /** From now on, what changes is to be saved, and so are these. */
  track(cells: Iterable<Cell>): void {
    this.#changes.track(cells);
  }

  /** Larger than the order of any cell. */
  get nextOrder(): number {
    return this.#made;
  }

  /**
   * Cells are to be taken up that were saved. With `doubtAt`, what was pending begins anew then. `nextOrder` is larger than
   * the order of any of them.
   */
  expect(nextOrder: number, doubtAt: number | null): void {
    this.#made = Math.max(this.#made, nextOrder);
    this.#doubtAt = doubtAt;
  }

  /** The cell of a key, which is taken up if it is where it was saved. */
  find(running: RunningRule, key: string, now: number): Cell | undefined {
    const here = running.cells.get(key);
    if (here !== undefined) return here;
    const saved = this.stored.take(running, key, now);
    if (saved !== undefined) this.restore(running, saved);
    return running.cells.get(key);
  }

  /** The cells that have changed or are gone since the last time; null if none. */
  takeChanges(): { readonly cells: SavedCell[]; readonly dropped: CellName[] } | null {
    return this.#changes.take((cell) => this.saved(cell));
  }

  /** A cell as it is to be kept. The states in it are the live ones. */
  saved(cell: Cell): SavedCell {
    return savedCell(cell, this.#times.touchedAt(cell.row));
  }

  /** What became of this cell could not be kept. */
  changedAgain(rule: string, key: string, cell: Cell | undefined): void {
    if (cell === undefined) this.#changes.dropName(rule, key);
    else this.#changes.add(cell);
  }

  /**
   * Take up a cell that was saved, in the place of one that is waited for from the start, unless it `mayStay` where it is;
   * false if its rule has no place for it.
   */
  restore(running: RunningRule, saved: SavedCell, mayStay = false): boolean {
    const { rule, ownCell } = running;
    const { key, order, touchedAt } = saved;
    this.#made = Math.max(this.#made, order + 1);
    if (ownCell?.key === key) {
      ownCell.states = restoredStates(saved, rule);
      running.sharedTime?.begin();
      return true;
    }
    if (!rule.plan.stateful) return false;
    if (this.stored.wasForgotten(running, saved)) {
      this.#changes.dropName(rule.id, key);
      return true;
    }
    const seeded = running.cells.get(key);
    if (seeded !== undefined) this.#remove(seeded);
    const states = restoredStates(saved, rule);
    const doubtAt = this.#doubtAt;
    if (doubtAt !== null) {
      for (const [i, stage] of rule.plan.stages.entries()) {
        if (stage.doubt !== undefined) states[i] = stage.doubt(states[i], doubtAt);
      }
    }
    if (mayStay && this.stored.leave(running, saved, states)) return true;
    const row = this.#times.add(touchedAt);
    const cell: Cell = { owner: running, key, order, states, phase: 'idle', waits: NO_WAITS, row };
    this.#put(cell);
    this.#changes.forget(cell); // It is saved as it is.
    return true;
  }

  /** Look at what a cell waits for now: after every change of its states. */
  settle(cell: Cell): void {
    const { states, owner } = cell;
    this.#changes.add(cell);
    const { timed } = owner.plan;
    let first = NEVER;
    let last = NEVER;
    if (timed.length > 0) {
      let phase = cell.phase;
      let waits = NO_WAITS;
      for (let i = 0; i < timed.length; i++) {
        const place = timed[i] as number; // Below the length.
        const stage = owner.plan.stages[place] as Stage; // `timed` are places of stages.
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
    this.#await(cell, 'first', first);
    if (last === NEVER && first === NEVER && cell.phase === 'idle' && !isWaiting) last = this.#dropAt(cell);
    this.#await(cell, 'last', last);
  }

  /** Wait for a deadline that is not after the one that is waited for; a later one is looked at when that has come. */
  #await(cell: Cell, turn: Turn, at: number): void {
    if (at === NEVER || at >= this.#times.awaited(cell.row, turn)) return;
    this.#times.await(cell.row, turn, at);
    (turn === 'first' ? this.#first : this.#last).push(at, cell);
  }

  /** Look at what the cell of a key waits for in the event time of its rule: whether it does. */
  #settleShared(cell: Cell, time: SharedTime<Cell>): boolean {
    const { rule } = cell.owner;
    const place = rule.plan.eventTime?.place ?? 0;
    const at = rule.plan.stages[place]?.endsAt?.(cell.states[place]) ?? NEVER;
    if (time.await(cell, at)) this.settleOwn(cell.owner);
    return at !== NEVER;
  }

  /** Look at when the event time of a rule, by itself, comes to what its keys wait for. */
  settleOwn({ rule, ownCell }: RunningRule): void {
    if (ownCell === null) return;
    this.#changes.add(ownCell);
    const place = rule.plan.eventTime?.place ?? 0;
    const at = rule.plan.stages[place]?.wakeAt?.(ownCell.states[place]) ?? NEVER;
    if (ownCell.row === NO_ROW) ownCell.row = this.#times.add(NEVER); // It is not dropped for having no messages.
    this.#await(ownCell, 'first', at);
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
      if (!this.#means(cell, turn, at)) continue;
      this.#times.await(cell.row, turn, NEVER);
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
    if (this.#times.awaited(cell.row, turn) <= now) this.#remove(cell);
  }

  /** Whether a deadline that names a cell is the one that the cell waits for; others are stale. */
  #means(cell: Cell, turn: Turn, at: number): boolean {
    return cell.row !== NO_ROW && this.#times.awaited(cell.row, turn) === at;
  }

  /** Drop all cells of a rule. */
  drop(running: RunningRule): void {
    this.stored.clear(running);
    for (const cell of running.cells.values()) this.#remove(cell);
    this.forget(running.ownCell);
    if (this.deadlines <= 4 * this.#size + MAX_STALE) return;
    this.#first.keep((at, cell) => this.#means(cell, 'first', at));
    this.#last.keep((at, cell) => this.#means(cell, 'last', at));
  }

  /** Its deadlines are stale from now on. */
  forget(cell: Cell | null): void {
    if (cell === null || cell.row === NO_ROW) return;
    this.#times.remove(cell.row);
    cell.row = NO_ROW;
  }

  /** The millisecond after whose messages it has been idle for longer than it may. */
  #dropAt({ row, owner }: Cell): number {
    return Math.min(NEVER, this.#times.touchedAt(row) + owner.rule.ttl);
  }

  #remove(cell: Cell): void {
    const { owner } = cell;
    this.forget(cell);
    owner.moved(cell.phase, 'idle');
    owner.cells.delete(cell.key);
    owner.waits.move(cell, NO_WAITS);
    owner.sharedTime?.forget(cell);
    this.#size--;
    this.#changes.drop(cell);
  }
}
