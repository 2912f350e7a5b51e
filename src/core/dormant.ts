/**
 * How many of a rule's cells are dormant: left where they are kept until a message comes for them. Of each it is known when it
 * had its last message, since `ttl` makes them fewer. Times are epoch milliseconds.
 */
export class Dormant {
  /** Of all of them: once `sort` was called, the longest ago come first, of which some are forgotten. */
  #touched: number[];
  #forgotten = 0;
  /** How many of those that are not have woken, by their times. */
  readonly #woken = new Map<number, number>();
  #wokenCount = 0;
  /** How many are forgotten here that are still kept there. */
  unswept = 0;

  /** There is one, to begin with. */
  constructor(touchedAt: number) {
    this.#touched = [touchedAt];
  }

  get size(): number {
    return this.#touched.length - this.#forgotten - this.#wokenCount;
  }

  add(touchedAt: number): void {
    this.#touched.push(touchedAt);
  }

  /** There are no more to come. */
  sort(): void {
    this.#touched = Array.from(Float64Array.from(this.#touched).sort());
  }

  /** One is a cell of the machine again; false if there is none of that time, once `sort` was called. */
  wake(touchedAt: number): boolean {
    if (!this.#has(touchedAt)) return false;
    if (touchedAt <= (this.#touched[this.#forgotten - 1] ?? -Infinity)) this.swept(1);
    else {
      this.#woken.set(touchedAt, (this.#woken.get(touchedAt) ?? 0) + 1);
      this.#wokenCount++;
    }
    return true;
  }

  /** So many of the forgotten ones have left the store, or were forgotten by a caller whose clock is ahead of the machine's. */
  swept(count: number): void {
    this.unswept = Math.max(0, this.unswept - count);
  }

  /** Those that had no message since `at` are forgotten. */
  forgetBefore(at: number): void {
    for (; (this.#touched[this.#forgotten] ?? Infinity) < at; this.#forgotten++) {
      const touchedAt = this.#touched[this.#forgotten] as number; // It has just been compared.
      const woken = this.#woken.get(touchedAt) ?? 0;
      if (woken === 0) this.unswept++;
      else {
        if (woken === 1) this.#woken.delete(touchedAt);
        else this.#woken.set(touchedAt, woken - 1);
        this.#wokenCount--;
      }
    }
  }

  #has(touchedAt: number): boolean {
    let low = 0;
    for (let high = this.#touched.length; low < high;) {
      const middle = (low + high) >>> 1;
      if ((this.#touched[middle] as number) < touchedAt) low = middle + 1; // It is below the length.
      else high = middle;
    }
    return this.#touched[low] === touchedAt;
  }
}
