import { messageOf } from '../core/caught.ts';
import type { Machine } from '../core/machine.ts';
import type { Rule } from '../core/rule.ts';
import type { CellName, SavedCell } from '../core/saved-state.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { CellReading } from '../ports/readings.ts';
import type { StateStore, StoredState } from '../ports/state-store.ts';
import { dormantReading } from './readings.ts';

/** What recovery works with. */
export interface Recovered {
  readonly store: StateStore;
  readonly machine: Machine;
  readonly clock: Clock;
  readonly log: Log;
  /** What has held goes on having held while nobody was there. */
  readonly trust: boolean;
  /** The store could not be read: what comes of messages from now on is neither written nor done. */
  readonly halt: (error: unknown) => void;
  /** All that is to be taken up has been. */
  readonly complete: () => void;
  /** There is something to write. */
  readonly write: () => void;
}

/** How many cells are looked at before the first message. */
const AT_ONCE = 1000;
/** How many of the others are taken up in one turn of the event loop. */
const IN_A_TURN = 50;
/** As many cells are read at most to show some that are dormant. */
const MAX_READ = 10_000;
/** How often to look for cells that `ttl` has put an end to while they were dormant. Milliseconds. */
const SWEEP = 60_000;

/**
 * Takes up what rules remembered when the engine last ended: what must be there before the first message at once, the rest bit
 * by bit. Where there is much, keys of which nothing is to come but by messages stay in the store until they have one.
 */
export class Recovery {
  readonly #around: Recovered;
  #isOver = false;
  #isComplete = true;
  /** Resolves when it is complete, or never will be. */
  #loaded: Promise<void> = Promise.resolve();
  #sweeping: Promise<void> = Promise.resolve();
  #cancelSweep: Cancel = () => {};
  #keys = 0;
  #left = 0;

  constructor(around: Recovered) {
    this.#around = around;
  }

  /** Whether all that is to be taken up has been. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Resolves when messages may come: the rest is taken up while they do. `atOnce`: how many cells are looked at before. */
  async begin(stored: StoredState, atOnce = AT_ONCE): Promise<void> {
    const { machine, store, trust } = this.#around;
    const { remembered } = machine;
    const cells: SavedCell[] = [];
    const impatient = new Set(remembered.impatient);
    for (const rule of impatient) {
      for await (const piece of store.cells(rule)) cells.push(...piece);
    }
    const rest = store.cells()[Symbol.asyncIterator]();
    let piece = await rest.next();
    let early = 0;
    const first: SavedCell[] = [];
    for (; piece.done !== true && early < atOnce; piece = await rest.next()) {
      early += piece.value.length;
      first.push(...piece.value.filter(({ rule }) => !impatient.has(rule)));
    }
    const isLater = piece.done !== true;
    const { nextOrder, now, lookups } = stored;
    const later = isLater ? { nextOrder, read: (rule: string, key: string) => this.#read({ rule, key }) } : null;
    const saved = { now, cells: [...cells, ...first], lookups };
    const left = machine.restore(saved, trust, later);
    remembered.drop(left.cells, left.lookups);
    this.#count(saved.cells.length, left.cells.length);
    if (piece.done === true) this.#tell(lookups.length);
    else {
      this.#isComplete = false;
      this.#loaded = this.#takeUpRest(piece, rest, impatient, lookups.length);
    }
  }

  /** Take up what is dormant of rules that these take the place of. */
  async wake(rules: readonly Rule[]): Promise<void> {
    const { machine, store, clock, halt } = this.#around;
    const { remembered } = machine;
    await this.#loaded; // Which of the rest may wait depends on the rules.
    try {
      for (const running of remembered.sleepersBefore(rules)) {
        for await (const piece of store.cells(running.rule.id)) {
          for (const some of inTurns(piece)) {
            const droppedCells = remembered.wake(running, some, clock.now());
            remembered.drop(droppedCells);
            await nextTurn();
          }
        }
        remembered.awake(running);
      }
    } catch (error) {
      halt(error);
    }
  }

  /**
   * What some dormant cells remember, of a rule (null: each) and a key (null: each): up to `most`, of those that are found
   * without reading very many.
   */
  async dormant(rule: string | null, key: string | null, most: number): Promise<CellReading[]> {
    const { machine, clock } = this.#around;
    const found: SavedCell[] = [];
    let read = 0;
    for await (const piece of this.#kept(rule, key)) {
      found.push(...machine.remembered.dormantAmong(piece, clock.now()));
      read += piece.length;
      if (found.length >= most || read >= MAX_READ) break;
    }
    return found.slice(0, most).map(dormantReading);
  }

  /** Time passes now: what is dormant is forgotten when it was for too long. */
  watch(): void {
    const { clock } = this.#around;
    if (this.#isOver) return;
    this.#cancelSweep = clock.at(clock.now() + SWEEP, () => {
      this.#sweeping = this.#sweep().then(() => this.watch());
    });
  }

  /** Begin with nothing more; resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#cancelSweep();
    await this.#loaded;
    await this.#sweeping;
  }

  async #takeUpRest(
    begun: IteratorResult<readonly SavedCell[]>,
    rest: AsyncIterator<readonly SavedCell[]>,
    impatient: ReadonlySet<string>,
    lookups: number,
  ): Promise<void> {
    const { machine, halt, complete } = this.#around;
    const { remembered } = machine;
    try {
      for (let piece = begun; piece.done !== true; piece = await rest.next()) {
        if (this.#isOver) {
          await rest.return?.();
          return;
        }
        const others = piece.value.filter(({ rule }) => !impatient.has(rule));
        for (const some of inTurns(others)) {
          const droppedCells = remembered.adopt(some);
          remembered.drop(droppedCells);
          this.#count(some.length, droppedCells.length);
          await nextTurn();
        }
      }
      remembered.complete();
      this.#tell(lookups);
      this.#isComplete = true;
      complete();
    } catch (error) {
      halt(error);
    }
  }

  /** Drop from the store what was forgotten while it was dormant. Where that cannot be read, nothing is lost. */
  async #sweep(): Promise<void> {
    const { machine, store, clock, log, write } = this.#around;
    const { remembered } = machine;
    const now = clock.now();
    try {
      for (const [running, count] of remembered.toSweep(now)) {
        for await (const piece of store.cells(running.rule.id)) {
          if (this.#isOver) return;
          const droppedCells = remembered.sweep(running, piece, now);
          remembered.drop(droppedCells);
          await nextTurn();
        }
        remembered.swept(running, count);
        write();
      }
    } catch (error) {
      const reason = messageOf(error);
      log.write('warn', `what is forgotten stays in the state for now: ${reason}`);
    }
  }

  /** Cells as they are kept. */
  #kept(rule: string | null, key: string | null): AsyncIterable<readonly SavedCell[]> | Iterable<readonly SavedCell[]> {
    const { machine, store } = this.#around;
    if (key === null) return store.cells(rule ?? undefined);
    const rules = rule === null ? machine.running.map((one) => one.rule.id) : [rule];
    return [rules.flatMap((id) => store.cell({ rule: id, key }) ?? [])];
  }

  /** A cell that is needed before its turn, or was dormant. If it cannot be read, what comes of that is neither written nor done. */
  #read(name: CellName): SavedCell | undefined {
    try {
      return this.#around.store.cell(name);
    } catch (error) {
      this.#around.halt(error);
      return undefined;
    }
  }

  #count(cells: number, left: number): void {
    this.#keys += cells - left;
    this.#left += left;
  }

  #tell(lookups: number): void {
    const { log } = this.#around;
    log.write('info', 'went on from what rules remembered', { keys: this.#keys, lookups });
    if (this.#left > 0) log.write('warn', 'what rules remembered that are gone was dropped', { keys: this.#left });
  }
}

/** Cells, as many as are dealt with in one turn at a time. */
function* inTurns(cells: readonly SavedCell[]): Iterable<readonly SavedCell[]> {
  for (let i = 0; i < cells.length; i += IN_A_TURN) yield cells.slice(i, i + IN_A_TURN);
}

/** What else is to be done has its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
