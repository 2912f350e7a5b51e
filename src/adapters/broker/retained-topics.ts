/** Which topics have a retained message, so that there are not too many of them: aedes does not count. */
export class RetainedTopics {
  readonly #topics = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether a message to be retained may be, given the bytes of its payload; without any it takes the last one away. */
  admits(topic: string, bytes: number): boolean {
    if (bytes === 0) {
      this.#topics.delete(topic);
      return true;
    }
    if (this.#topics.size >= this.#max && !this.#topics.has(topic)) return false;
    this.#topics.add(topic);
    return true;
  }
}
