import type { HttpEffect } from '../core/effect.ts';
import type { HttpSender, Requested } from '../ports/http-sender.ts';
import { OK } from '../ports/outcome.ts';

interface Request {
  readonly effect: HttpEffect;
  readonly done: Requested;
  readonly lane: string;
}

/**
 * A sender that sends nothing. Requests are kept, and accepted in the same turn of the event loop, unless they are held
 * until `answer` is called, or are to fail.
 */
export class MemoryHttpSender implements HttpSender {
  /** Everything that went out, in order. */
  readonly sent: HttpEffect[] = [];
  /** Leave requests unanswered. */
  holding = false;
  /** Why requests fail; null: they do not. */
  failure: string | null = null;
  readonly #limits: { readonly inFlight: number; readonly queue: number };
  #waiting: Request[] = [];
  #unanswered: Request[] = [];
  #isStopped = false;
  #onDrained: () => void = () => {};

  constructor(limits = { inFlight: 16, queue: 1000 }) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#waiting.length + this.#unanswered.length;
  }

  send(effect: HttpEffect, done: Requested): void {
    if (this.#isStopped) done(effect, { type: 'dropped', reason: 'http_stopped' });
    else if (this.#waiting.length >= this.#limits.queue) done(effect, { type: 'dropped', reason: 'http_queue_full' });
    else {
      const lane = `${effect.rule} ${effect.key} ${new URL(effect.url).origin}`;
      this.#waiting.push({ effect, done, lane });
      this.#fill();
    }
  }

  /** Answer the requests that were left unanswered. */
  answer(): void {
    for (const { effect, done } of this.#unanswered.splice(0)) {
      done(effect, this.failure === null ? OK : { type: 'error', reason: this.failure });
    }
    if (this.size === 0) this.#onDrained();
    else this.#fill();
  }

  /** What is unanswered by then is given up at once: there is no time here that could pass. */
  async stop(graceMs: number): Promise<number> {
    this.#isStopped = true;
    if (this.size > 0 && graceMs > 0) await new Promise<void>((resolve) => (this.#onDrained = resolve));
    const left = [...this.#unanswered.splice(0), ...this.#waiting.splice(0)];
    for (const { effect, done } of left) done(effect, { type: 'dropped', reason: 'http_stopped' });
    return left.length;
  }

  #fill(): void {
    for (const request of this.#waiting) {
      if (this.#unanswered.length >= this.#limits.inFlight) break;
      if (this.#unanswered.some(({ lane }) => lane === request.lane)) continue;
      this.#waiting = this.#waiting.filter((other) => other !== request);
      this.#unanswered.push(request);
      this.sent.push(request.effect);
    }
    if (!this.holding && this.#unanswered.length > 0) this.answer();
  }
}
