import type { Note } from '../core/note.ts';
import type { Log, LogLevel } from '../ports/log.ts';

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

  tell({ rule, key, topic, message, reason }: Note): void {
    this.write(rule, reason, reason === 'internal' ? 'error' : 'warn', message, { key, topic, reason });
  }

  /** A line about a rule, unless it has said something of this kind a moment ago. */
  write(rule: string, kind: string, level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
    const id = `${rule} ${kind}`;
    const now = this.#now();
    const known = this.#kinds.get(id);
    if (known !== undefined && now - known.toldAt < INTERVAL) {
      known.untold++;
      return;
    }
    this.#kinds.delete(id); // It goes to the end: the first one is the one told longest ago.
    const { value: oldest } = this.#kinds.keys().next();
    if (oldest !== undefined && this.#kinds.size >= MAX_KINDS) this.#kinds.delete(oldest);
    this.#kinds.set(id, { toldAt: now, untold: 0 });
    const before = known === undefined || known.untold === 0 ? {} : { unreported: known.untold };
    this.#log.write(level, message, { rule, ...fields, ...before });
  }
}
