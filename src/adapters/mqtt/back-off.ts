/** How long to wait before the next attempt: doubling, up to half of it taken off at random, from the start after a stable connection. */
export class BackOff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #attempt = 0;
  #connectedAt: number | undefined;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** `at` is a monotonic time in milliseconds, here and below. */
  connected(at: number): void {
    this.#connectedAt = at;
  }

  /** The wait in milliseconds. `random` is in [0, 1). */
  next(at: number, random: number): number {
    // A connection that broke at once (two clients with one id, say) does not start the count again.
    if (this.#connectedAt !== undefined && at - this.#connectedAt >= this.#maxMs) this.#attempt = 0;
    this.#connectedAt = undefined;
    const wait = Math.min(this.#maxMs, this.#minMs * 2 ** this.#attempt);
    if (wait < this.#maxMs) this.#attempt++;
    return wait * (1 - random / 2);
  }
}
