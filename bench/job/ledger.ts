/** Numbers start here, so that all of them have the same number of digits. */
export const FIRST_SEQUENCE = 1_000_000_000;

/** What became of the messages of a run, by their number. */
export interface Account {
  readonly sent: number;
  /** Messages that had to be answered. */
  readonly due: number;
  readonly answered: number;
  readonly lost: number;
  readonly duplicates: number;
  /** Answers that came after that of a later message of the same sensor. */
  readonly outOfOrder: number;
  /** Answers that no message asked for. */
  readonly unknown: number;
}

/** Keeps account of messages and answers. */
export class Ledger {
  readonly #topics: number;
  readonly #dueEvery: number;
  readonly #lastOfTopic: Int32Array;
  #state = new Uint8Array(1 << 20); // 1: due, 2: answered.
  #sentAt = new Float64Array(1 << 20);
  #sent = 0;
  #due = 0;
  #answered = 0;
  #duplicates = 0;
  #outOfOrder = 0;
  #unknown = 0;
  #reached = -1;

  /** Message `n` is for topic `n % topics`; one in `dueEvery` has to be answered. */
  constructor(topics: number, dueEvery: number) {
    this.#topics = topics;
    this.#dueEvery = dueEvery;
    this.#lastOfTopic = new Int32Array(topics).fill(-1);
  }

  /** Messages sent, from 0 on. */
  get sent(): number {
    return this.#sent;
  }

  /** Messages up to, not with, this one have been dealt with: a later one was answered, or there is nothing to wait for. */
  get settled(): number {
    return this.#reached + 1;
  }

  get isComplete(): boolean {
    return this.#answered === this.#due;
  }

  /** Enter a message that is sent at `at` (ms); whether it has to be answered. */
  send(at: number): boolean {
    const n = this.#sent++;
    if (n >= this.#state.length) this.#grow();
    this.#sentAt[n] = at;
    const due = this.isDue(n);
    if (due) {
      this.#state[n] = 1;
      this.#due++;
    }
    return due;
  }

  /** Whether message `n` has to be answered. */
  isDue(n: number): boolean {
    return n % this.#dueEvery === 0;
  }

  /** Enter an answer to message `n`; when that was sent, or NaN if it is no first answer. */
  answer(n: number): number {
    const state = this.#state[n];
    if (state === undefined || state === 0) {
      this.#unknown++;
      return Number.NaN;
    }
    if (state === 2) {
      this.#duplicates++;
      return Number.NaN;
    }
    this.#state[n] = 2;
    this.#answered++;
    const topic = n % this.#topics;
    if (n < (this.#lastOfTopic[topic] ?? -1)) this.#outOfOrder++;
    else this.#lastOfTopic[topic] = n;
    if (n > this.#reached) this.#reached = n;
    return this.#sentAt[n] ?? Number.NaN;
  }

  account(): Account {
    return {
      sent: this.#sent,
      due: this.#due,
      answered: this.#answered,
      lost: this.#due - this.#answered,
      duplicates: this.#duplicates,
      outOfOrder: this.#outOfOrder,
      unknown: this.#unknown,
    };
  }

  #grow(): void {
    const state = new Uint8Array(this.#state.length * 2);
    state.set(this.#state);
    this.#state = state;
    const sentAt = new Float64Array(this.#sentAt.length * 2);
    sentAt.set(this.#sentAt);
    this.#sentAt = sentAt;
  }
}
