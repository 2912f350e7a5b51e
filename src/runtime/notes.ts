import type { Note } from '../core/note.ts';
import type { Log } from '../ports/log.ts';

/** How often one rule says the same kind of thing. Milliseconds. */
const INTERVAL = 10_000;
/** Rules and reasons remembered at a time. */
const MAX_KINDS = 1000;

/** Tells a person what rules could not do: each kind of thing at most every ten seconds for each rule, with a count. */
export class Notes {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #kinds = new Map<string, { toldAt: number; untold: number }>();

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  tell(note: Note): void {
    const kind = `${note.rule} ${note.reason}`;
    const now = this.#now();
    const known = this.#kinds.get(kind);
    if (known !== undefined && now - known.toldAt < INTERVAL) {
      known.untold++;
      return;
    }
    this.#kinds.delete(kind); // It goes to the end: the first one is the one told longest ago.
    const { value: oldest } = this.#kinds.keys().next();
    if (oldest !== undefined && this.#kinds.size >= MAX_KINDS) this.#kinds.delete(oldest);
    this.#kinds.set(kind, { toldAt: now, untold: 0 });
    const { rule, key, topic, message, reason } = note;
    const before = known === undefined || known.untold === 0 ? {} : { unreported: known.untold };
    this.#log.write(reason === 'internal' ? 'error' : 'warn', message, { rule, key, topic, reason, ...before });
  }
}
