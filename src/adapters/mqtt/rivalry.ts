/** A connection that ends sooner is short, and so many of them in a row are worth a word. */
const SHORT_MS = 30_000;
const TOO_OFTEN = 3;

/** Sees what most often lies behind a broker that accepts a client and drops it at once, again and again: another of its name. */
export class Rivalry {
  readonly #clientId: string;
  /** How often in a row the broker ended a connection that it had accepted, without a word and soon after. */
  #cutShort = 0;

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  /** A connection that lasted so long has ended: what to say of it, if there is a word to be said. */
  ended(lastedMs: number): string | null {
    if (lastedMs >= SHORT_MS) {
      this.#cutShort = 0;
      return null;
    }
    this.#cutShort++;
    if (this.#cutShort % TOO_OFTEN !== 0) return null;
    return `the broker ended the connection ${this.#cutShort} times soon after accepting it: if another engine uses the client id "${this.#clientId}" too, give one of them an \`instance\` of its own`;
  }
}
