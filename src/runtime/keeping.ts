import type { Effect } from '../core/effect.ts';
import type { Machine } from '../core/machine.ts';
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

/** Keeps what rules remember, and what they are about to do, in a store; and goes on from it when the engine begins anew. */
export class Keeping {
  readonly #kept: Kept;
  readonly #marks: InputMarks;
  readonly #committer: Committer;
  readonly #settling: Settling | null;

  constructor(store: StateStore, stored: StoredState, kept: Kept) {
    const { machine, clock, log, transports } = kept;
    this.#kept = kept;
    this.#marks = new InputMarks(stored.marks);
    this.#committer = new Committer({ ...kept, store, marks: this.#marks }, stored);
    machine.track();
    this.#settling = this.#takeUp(stored) ? new Settling(clock, transports, kept.goOn) : null;
    if (stored.effects.length > 0)
      log.write('info', 'what was left undone is done now', { effects: stored.effects.length });
    this.#committer.resume(stored.effects);
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

  settled(effect: Effect): void {
    this.#committer.settled(effect);
  }

  /** Whether a message that comes again was taken before, and is only to be acknowledged. */
  isTaken(delivery: Delivery): boolean {
    return this.#marks.isTaken(delivery);
  }

  received(deliveries: readonly Delivery[]): void {
    this.#settling?.received(deliveries);
  }

  /** A broker is connected; `resumed`: to the session that it was before. False if there was one, and it is lost. */
  connected(broker: string, resumed: boolean): boolean {
    const isLost = !resumed && this.#marks.forget(broker);
    if (isLost) {
      const message = 'the broker has not kept our session: what it was to send us while we were away is lost';
      this.#kept.log.write('warn', message, { broker });
    }
    this.#settling?.connected();
    return !isLost;
  }

  /** No time passes any more: write what is left to write. */
  async finish(): Promise<void> {
    this.#settling?.stop();
    await this.#committer.finish();
  }

  /** Take up what rules remembered; false if there was nothing. */
  #takeUp(stored: StoredState): boolean {
    const { machine, log } = this.#kept;
    if (stored.now === 0) return false;
    const left = machine.restore(stored, this.#kept.trust);
    machine.giveBack({ ...stored, cells: [], lookups: [], droppedCells: left.cells, droppedLookups: left.lookups });
    const keys = stored.cells.length - left.cells.length;
    log.write('info', 'went on from what rules remembered', { keys, lookups: stored.lookups.length });
    if (left.cells.length > 0) {
      log.write('warn', 'what rules remembered that are gone was dropped', { keys: left.cells.length });
    }
    return true;
  }
}
