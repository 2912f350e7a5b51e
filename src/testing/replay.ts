import type { Effect } from '../core/effect.ts';
import type { MachineLimits } from '../core/limits.ts';
import { Machine } from '../core/machine.ts';
import type { Note } from '../core/note.ts';
import type { Program } from '../core/program.ts';
import { Message } from '../runtime/message.ts';
import { noPayloads } from '../runtime/payload.ts';
import { JsonDelivery } from './recording/json-delivery.ts';
import { isLargerThan, type RecordedMessage } from './recording/message.ts';

/** What a replay goes by. */
export interface ReplayOptions {
  readonly limits: MachineLimits;
  /** Larger payloads are dropped, as the engine does it. Bytes. */
  readonly payloadBytes: number;
  /** Virtual time begins here (epoch ms), or with the first message; earlier messages are left out. */
  readonly from: number | null;
  /** It ends here, or with the last message; later messages are left out. What is due by then still happens. */
  readonly until: number | null;
  /** What a program had to say, by its place, at its moment (epoch ms). */
  readonly note: (note: Note, at: number, place: number) => void;
}

/** What each program did, by its place. */
export type Step = readonly (readonly Effect[])[];

/**
 * Programs at work on one recording, side by side in virtual time. What they publish comes back only as far as the
 * recording holds it.
 */
export class Replay {
  readonly #programs: readonly Program[];
  readonly #options: ReplayOptions;
  readonly #payloads = noPayloads();
  /** None before time has begun. */
  #machines: readonly Machine[] = [];
  #last = 0;
  #isOver = false;
  messages = 0;
  oversize = 0;

  constructor(programs: readonly Program[], options: ReplayOptions) {
    this.#programs = programs;
    this.#options = options;
    if (options.from !== null) this.#begin(options.from);
  }

  /** The machine of each program, once time has begun. */
  get machines(): readonly Machine[] {
    return this.#machines;
  }

  /** Whether time has come to where it should end: all further messages are left out. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Let a message through, and the time before it. Yields whenever the programs may have acted, in order of time. */
  *send(message: RecordedMessage): Generator<Step> {
    const { at, delivery } = message;
    const { from, until, payloadBytes } = this.#options;
    if (from !== null && at < from) return;
    if (until !== null && at > until) {
      this.#isOver = true;
      return;
    }
    if (this.#machines.length === 0) this.#begin(at);
    this.#last = at;
    this.messages++;
    if (this.#wakeAt() < at) yield* this.#pass(at - 1);
    if (isLargerThan(message, payloadBytes)) {
      this.oversize++;
      return;
    }
    const json = delivery instanceof JsonDelivery ? delivery.value : undefined;
    for (const machine of this.#machines) machine.ingest(new Message(delivery, at, this.#payloads, json));
    yield this.#take();
  }

  /** Let time pass to its end. Yields as `send` does. */
  *end(): Generator<Step> {
    if (this.#machines.length > 0) yield* this.#pass(this.#options.until ?? this.#last);
  }

  #begin(at: number): void {
    const { limits, note } = this.#options;
    this.#last = at;
    this.#machines = this.#programs.map(
      (program, place) => new Machine(program, limits, (one) => note(one, this.#machines[place]?.now ?? at, place), at),
    );
    for (const machine of this.#machines) machine.start();
  }

  /** In steps, so that a long silence in which much happens does not have to be kept all at once. */
  *#pass(to: number): Generator<Step> {
    for (;;) {
      const next = Math.min(this.#wakeAt(), to);
      for (const machine of this.#machines) machine.advance(next);
      yield this.#take();
      if (next === to) return;
    }
  }

  /** When something is due next; what is overdue is due now. */
  #wakeAt(): number {
    let next = Infinity;
    for (const { wakeAt, now } of this.#machines) next = Math.min(next, Math.max(wakeAt, now));
    return next;
  }

  #take(): Step {
    return this.#machines.map((machine) => {
      const effects = machine.takeEffects();
      return effects.length === 0 ? NONE : effects; // The machine may go on to use its empty list.
    });
  }
}

const NONE: readonly Effect[] = [];
