import type { Effect } from '../core/effect.ts';
import type { MachineLimits } from '../core/limits.ts';
import { Machine } from '../core/machine.ts';
import type { Note } from '../core/note.ts';
import type { Program } from '../core/program.ts';
import { Message } from '../runtime/message.ts';
import { noPayloads } from '../runtime/payload.ts';
import type { RecordedMessage } from './recording.ts';

export interface ReplayOptions {
  readonly limits: MachineLimits;
  /** Virtual time begins here (epoch ms), or with the first message; earlier messages are left out. */
  readonly from: number | null;
  /** It ends here, or with the last message; later messages are left out. What is due by then still happens. */
  readonly until: number | null;
  readonly note: (note: Note) => void;
}

/** Rules at work on a recording, in virtual time. What they publish comes back only as far as the recording holds it. */
export class Replay {
  readonly #program: Program;
  readonly #options: ReplayOptions;
  readonly #payloads = noPayloads();
  #machine: Machine | null = null;
  #last = -Infinity;
  messages = 0;

  constructor(program: Program, options: ReplayOptions) {
    this.#program = program;
    this.#options = options;
    if (options.from !== null) this.#start(options.from);
  }

  /** The machine, once time has begun. */
  get machine(): Machine | null {
    return this.#machine;
  }

  /** Let a message through; what the rules did up to then, in order. */
  send({ at, delivery }: RecordedMessage): Effect[] {
    const { from, until } = this.#options;
    if ((from !== null && at < from) || (until !== null && at > until)) return [];
    const machine = this.#machine ?? this.#start(at);
    this.#last = at;
    this.messages++;
    machine.ingest(new Message(delivery, at, this.#payloads));
    return machine.takeEffects();
  }

  /** Let time pass to the end; what the rules did. */
  end(): Effect[] {
    const end = this.#options.until ?? this.#last;
    if (this.#machine === null || end === -Infinity) return [];
    this.#machine.advance(end);
    return this.#machine.takeEffects();
  }

  #start(at: number): Machine {
    const { limits, note } = this.#options;
    this.#machine = new Machine(this.#program, limits, note, at);
    return this.#machine;
  }
}
