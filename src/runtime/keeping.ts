import type { Effect } from '../core/effect.ts';
import type { Machine } from '../core/machine.ts';
import type { CellName, SavedCell } from '../core/saved-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { StateStore, StoredState } from '../ports/state-store.ts';
import type { Delivery, Transport } from '../ports/transport.ts';
import { Committer, type Committed } from './committer.ts';
import { InputMarks } from './input-marks.ts';
import { Settling } from './settling.ts';

/** What keeping works with. */
export interface Kept extends Committed {
  readonly machine: Machine;
  readonly clock: Clock;
  readonly log: Log;
  readonly transports: readonly Transport[];
  /** What has held goes on having held while nobody was there. */
  readonly trust: boolean;
  /** Time may pass again, in which nobody was there. */
  readonly goOn: () => void;
}

/** As many cells are taken up before the first message, if there are more. */
const AT_ONCE = 1000;
/** Of the others, as many before all else has its turn. */
const IN_A_TURN = 50;

/** Keeps what rules remember, and what they are about to do, in a store; and goes on from it when the engine begins anew. */
export class Keeping {
  readonly #kept: Kept;
  readonly #store: StateStore;
  readonly #marks: InputMarks;
  readonly #committer: Committer;
  #settling: Settling | null = null;
  /** All that was remembered has been taken up, or never will be. */
  #loaded: Promise<void> = Promise.resolve();
  #isLoading = false;
  #isSettled = false;
  #isOver = false;

  constructor(store: StateStore, stored: StoredState, kept: Kept) {
    this.#kept = kept;
    this.#store = store;
    this.#marks = new InputMarks(stored.marks, stored.position);
    this.#committer = new Committer({ ...kept, store, marks: this.#marks }, stored);
    kept.machine.remembered.track();
  }

  /**
   * Go on from what the store holds. Resolves when messages may come: a part of the cells may be taken up while they do, of
   * rules for which that makes no difference. `atOnce`: how many are taken up before.
   */
  async begin(stored: StoredState, atOnce = AT_ONCE): Promise<void> {
    const { clock, log, transports } = this.#kept;
    if (stored.now > 0) {
      try {
        await this.#takeUp(stored, atOnce);
      } catch (error) {
        this.#committer.end(); // What is there is to stay as it is.
        throw error;
      }
      this.#settling = new Settling(clock, transports, () => {
        this.#isSettled = true;
        this.#goOn();
      });
    }
    if (stored.effects.length > 0)
      log.write('info', 'what was left undone is done now', { effects: stored.effects.length });
    this.#committer.resume(stored.effects);
  }

  /** Resolves when all that was remembered has been taken up, or never will be. */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  /** Carry out what the machine has done since the last time, once it is written. */
  add(effects: readonly Effect[]): void {
    this.#committer.add(effects);
  }

  /** Call this when what has come of the messages so far is written. */
  after(acknowledge: () => void): void {
    this.#committer.after(acknowledge);
  }

  /** How many effects wait until what led to them is written. */
  get waiting(): number {
    return this.#committer.waiting;
  }

  /** Why the state cannot be written just now, or null. */
  get fault(): string | null {
    return this.#committer.fault;
  }

  /** An effect needs no more to be done; `leadsOn`: something is about to come of that. */
  settled(effect: Effect, leadsOn: boolean): void {
    this.#committer.settled(effect, leadsOn);
  }

  /** Whether a message that comes again was taken before, and is only to be acknowledged. */
  isTaken(delivery: Delivery): boolean {
    return this.#marks.isTaken(delivery);
  }

  received(deliveries: readonly Delivery[]): void {
    this.#settling?.received(deliveries);
  }

  connected(): void {
    this.#settling?.connected();
  }

  /** A broker has not kept our session, and what came in it has been dealt with: whatever it sends is new. How many there were: 0 or 1. */
  forget(broker: string): number {
    if (!this.#marks.forget(broker)) return 0;
    const message = 'the broker has not kept our session: what it was to send us while we were away is lost';
    this.#kept.log.write('warn', message, { broker });
    return 1;
  }

  /** No time passes any more: write what is left to write. */
  async finish(): Promise<void> {
    this.#isOver = true;
    this.#settling?.stop();
    await this.#loaded;
    await this.#committer.finish();
  }

  /** Nothing is written any more, whatever comes. */
  end(): void {
    this.#committer.end();
  }

  /** Time passes again when the brokers have said what is so now, and all that waits for a time is here. */
  #goOn(): void {
    if (this.#isSettled && !this.#isLoading && !this.#isOver) this.#kept.goOn();
  }

  /** Take up what rules remembered: what must be here before the first message now, and the rest bit by bit. */
  async #takeUp(stored: StoredState, atOnce: number): Promise<void> {
    const { machine, trust } = this.#kept;
    const { remembered } = machine;
    const cells: SavedCell[] = [];
    const impatient = new Set(remembered.impatient);
    for (const rule of impatient) {
      for await (const piece of this.#store.cells(rule)) cells.push(...piece);
    }
    const rest = this.#store.cells()[Symbol.asyncIterator]();
    let piece = await rest.next();
    let early = 0;
    const first: SavedCell[] = [];
    for (; piece.done !== true && early < atOnce; piece = await rest.next()) {
      early += piece.value.length;
      first.push(...piece.value.filter(({ rule }) => !impatient.has(rule)));
    }
    const isLater = piece.done !== true;
    const { nextOrder } = stored;
    const later = isLater ? { nextOrder, read: (rule: string, key: string) => this.#read({ rule, key }) } : null;
    const saved = { now: stored.now, cells: [...cells, ...first], lookups: stored.lookups };
    const left = machine.restore(saved, trust, later);
    const droppedLookups = left.lookups;
    remembered.giveBack({ cells: [], lookups: [], droppedCells: left.cells, droppedLookups });
    const counts = { keys: saved.cells.length - left.cells.length, left: left.cells.length };
    if (piece.done === true) this.#tell(counts, stored.lookups.length);
    else {
      this.#isLoading = true;
      this.#loaded = this.#takeUpRest(piece, rest, counts, stored.lookups.length);
    }
  }

  async #takeUpRest(
    begun: IteratorResult<readonly SavedCell[]>,
    rest: AsyncIterator<readonly SavedCell[]>,
    counts: { keys: number; left: number },
    lookups: number,
  ): Promise<void> {
    const { remembered } = this.#kept.machine;
    try {
      for (let piece = begun; piece.done !== true; piece = await rest.next()) {
        if (this.#isOver) {
          await rest.return?.();
          return;
        }
        for (let i = 0; i < piece.value.length; i += IN_A_TURN) {
          const cells = piece.value.slice(i, i + IN_A_TURN);
          const droppedCells = remembered.adopt(cells);
          remembered.giveBack({ cells: [], lookups: [], droppedCells, droppedLookups: [] });
          counts.keys += cells.length - droppedCells.length;
          counts.left += droppedCells.length;
          await nextTurn();
        }
      }
      remembered.complete();
      this.#tell(counts, lookups);
      this.#isLoading = false;
      this.#goOn();
    } catch (error) {
      this.#committer.halt(error);
    }
  }

  /** A cell that is needed before its turn. If it cannot be read, what comes of that is neither written nor done. */
  #read(name: CellName): SavedCell | undefined {
    try {
      return this.#store.cell(name);
    } catch (error) {
      this.#committer.halt(error);
      return undefined;
    }
  }

  #tell({ keys, left }: { readonly keys: number; readonly left: number }, lookups: number): void {
    const { log } = this.#kept;
    log.write('info', 'went on from what rules remembered', { keys, lookups });
    if (left > 0) log.write('warn', 'what rules remembered that are gone was dropped', { keys: left });
  }
}

/** What else is to be done has its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
