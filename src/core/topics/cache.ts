/** A topic weighs one more for every 64 characters, so that long ones take no more memory than many short ones. */
const LENGTH_SHIFT = 6;

/**
 * A bounded cache of what was computed for a topic. Topics come from outside, so it must not grow with them: it keeps
 * two generations and drops the older one when the younger is full. What is in use moves to the younger.
 */
export class TopicCache<T> {
  readonly #limit: number;
  readonly #weigh: (value: T) => number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #weight = 0;

  /** It holds at most twice `limit`, measured by `weigh` (one for each topic if it is left out) and by long topics. */
  constructor(limit: number, weigh: (value: T) => number = () => 1) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get(topic: string): T | undefined {
    const found = this.#young.get(topic);
    if (found !== undefined) return found;
    const older = this.#old.get(topic);
    if (older !== undefined) this.set(topic, older);
    return older;
  }

  set(topic: string, value: T): void {
    const weight = this.#weigh(value) + (topic.length >> LENGTH_SHIFT);
    this.#weight += weight;
    if (this.#weight > this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = weight;
    }
    this.#young.set(topic, value);
  }
}
