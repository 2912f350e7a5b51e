/** Lets a kind of message through at most every so often: those that follow are counted, not told. */
export class Seldom {
  readonly #everyMs: number;
  readonly #kinds = new Map<string, { since: number; untold: number }>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** What to say of a message of this kind, or undefined. Kinds are few and our own. `at` is a monotonic time in ms. */
  say(kind: string, message: string, at: number): string | undefined {
    const last = this.#kinds.get(kind);
    if (last !== undefined && at - last.since < this.#everyMs) {
      last.untold++;
      return undefined;
    }
    this.#kinds.set(kind, { since: at, untold: 0 });
    return last === undefined || last.untold === 0 ? message : `${message} (and ${last.untold} more like it before)`;
  }
}
