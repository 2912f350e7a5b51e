import type { Effect } from '../core/effect.ts';
import type { Machine } from '../core/machine.ts';
import type { Rule } from '../core/rule.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { CellReading } from '../ports/readings.ts';
import type { StateStore, StoredState } from '../ports/state-store.ts';
import type { Delivery, Transport } from '../ports/transport.ts';
import { Committer, type Committed } from './committer.ts';
import { InputMarks } from './input-marks.ts';
import { Recovery } from './recovery.ts';
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
  readonly #recovery: Recovery;
  #settling: Settling | null = null;
  #isSettled = false;
  #isOver = false;

  constructor(store: StateStore, stored: StoredState, kept: Kept) {
    this.#kept = kept;
    this.#marks = new InputMarks(stored.marks, stored.position);
    this.#committer = new Committer({ ...kept, store, marks: this.#marks }, stored);
    const halt = (error: unknown): void => this.#committer.halt(error);
    const write = (): void => this.#committer.add([]);
    this.#recovery = new Recovery({ ...kept, store, halt, write, complete: () => this.#goOn() });
    kept.machine.remembered.track();
  }

  /** Go on from what the store holds. Resolves when messages may come; see Recovery.begin. */
  async begin(stored: StoredState, atOnce?: number): Promise<void> {
    const { clock, log, transports } = this.#kept;
    if (stored.now > 0) {
      try {
        await this.#recovery.begin(stored, atOnce);
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

  /** Resolves when these rules may take the place of those there are. */
  ready(rules: readonly Rule[]): Promise<void> {
    return this.#recovery.wake(rules);
  }

  /** Some of the dormant cells, see Recovery.dormant. */
  dormant(rule: string | null, key: string | null, most: number): Promise<CellReading[]> {
    return this.#recovery.dormant(rule, key, most);
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
    await this.#recovery.stop();
    await this.#committer.finish();
  }

  /** Nothing is written any more, whatever comes. */
  end(): void {
    this.#committer.end();
  }

  /** Time passes again when the brokers have said what is so now, and all that waits for a time is here. */
  #goOn(): void {
    if (!this.#isSettled || !this.#recovery.isComplete || this.#isOver) return;
    this.#kept.goOn();
    this.#recovery.watch();
  }
}
