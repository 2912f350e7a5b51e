import type { HttpEffect } from '../../core/effect.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Requested } from '../../ports/http-sender.ts';
import { OK, type Outcome } from '../../ports/outcome.ts';
import type { HttpLimits } from './limits.ts';
import type { Verdict } from './verdict.ts';

/** Sends a request once; `attempt` counts from 1. The controller ends it before its time. */
export type Attempt = (effect: HttpEffect, attempt: number, ending: AbortController) => Promise<Verdict>;

interface Job {
  readonly effect: HttpEffect;
  readonly done: Requested;
  readonly server: string;
  /** The rule, the key and the server: what is kept in order. */
  readonly lane: string;
  readonly bytes: number;
  attempts: number;
}

/**
 * Requests that wait their turn. Those of one lane go one after the other, the others as places become free: so many in
 * all, so many to one server. What waits for another attempt takes up no place. Beyond the limits the newest are dropped.
 */
export class RequestQueue {
  readonly #clock: Clock;
  readonly #limits: HttpLimits;
  readonly #attempt: Attempt;
  /** The jobs of each lane, in order. The first is ready, being sent or resting. */
  readonly #lanes = new Map<string, Job[]>();
  #ready: Job[] = [];
  readonly #sending = new Map<Job, AbortController>();
  /** How many are being sent, by server. */
  readonly #places = new Map<string, number>();
  readonly #resting = new Map<Job, Cancel>();
  #size = 0;
  #bytes = 0;
  #isStopped = false;
  #onDrained: () => void = () => {};

  constructor(clock: Clock, limits: HttpLimits, attempt: Attempt) {
    this.#clock = clock;
    this.#limits = limits;
    this.#attempt = attempt;
  }

  /** Jobs that are not done. */
  get size(): number {
    return this.#size;
  }

  send(effect: HttpEffect, done: Requested): void {
    const server = new URL(effect.url).origin;
    const lane = `${effect.rule} ${effect.key} ${server}`;
    const job = { effect, done, server, lane, bytes: bytesOf(effect), attempts: 0 };
    const { queue, queueBytes } = this.#limits;
    if (this.#isStopped) done(effect, STOPPED);
    else if (this.#size - this.#sending.size >= queue || this.#bytes + job.bytes > queueBytes) done(effect, QUEUE_FULL);
    else {
      this.#size++;
      this.#bytes += job.bytes;
      const before = this.#lanes.get(lane);
      if (before === undefined) {
        this.#lanes.set(lane, [job]);
        this.#ready.push(job);
        this.#fill();
      } else before.push(job);
    }
  }

  /** Take no more, let what is there come to its end, and after `graceMs` give up the rest: how many that were. */
  async stop(graceMs: number): Promise<number> {
    this.#isStopped = true;
    if (this.#size > 0) await this.#drained(graceMs);
    const left = [...this.#lanes.values()].flat();
    for (const cancel of this.#resting.values()) cancel();
    this.#ready = [];
    this.#resting.clear();
    const sending = [...this.#sending.values()];
    this.#sending.clear();
    for (const controller of sending) controller.abort();
    for (const job of left) this.#done(job, STOPPED);
    return left.length;
  }

  #drained(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      // Of the clock on the wall nothing is known while the process ends.
      const timer = setTimeout(resolve, graceMs);
      this.#onDrained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Send what is ready, as far as there are places for it. */
  #fill(): void {
    let i = 0;
    while (i < this.#ready.length && this.#sending.size < this.#limits.inFlight) {
      const job = this.#ready[i] as Job; // Below the length.
      const taken = this.#places.get(job.server) ?? 0;
      if (taken >= this.#limits.perServer) {
        i++;
        continue;
      }
      this.#ready.splice(i, 1);
      this.#places.set(job.server, taken + 1);
      this.#begin(job);
    }
  }

  #begin(job: Job): void {
    job.attempts++;
    const ending = new AbortController();
    this.#sending.set(job, ending);
    this.#attempt(job.effect, job.attempts, ending).then(
      (verdict) => this.#answered(job, verdict),
      (error: unknown) => this.#answered(job, { type: 'error', reason: `internal error: ${String(error)}` }),
    );
  }

  #answered(job: Job, verdict: Verdict): void {
    if (!this.#sending.delete(job)) return; // Given up at the end.
    const places = (this.#places.get(job.server) ?? 1) - 1;
    if (places === 0) this.#places.delete(job.server);
    else this.#places.set(job.server, places);
    switch (verdict.type) {
      case 'ok':
        this.#done(job, OK);
        break;
      case 'again':
        if (job.attempts <= job.effect.retries) {
          this.#rest(job, verdict.waitMs);
          break;
        }
        this.#done(job, { type: 'error', reason: inAll(verdict.reason, job.attempts) });
        break;
      case 'error':
        this.#done(job, { type: 'error', reason: inAll(verdict.reason, job.attempts) });
    }
    this.#fill();
  }

  #rest(job: Job, waitMs: number): void {
    const wake = (): void => {
      this.#resting.delete(job);
      this.#ready.push(job);
      this.#fill();
    };
    this.#resting.set(job, this.#clock.at(this.#clock.now() + Math.ceil(waitMs), wake));
  }

  /** The first of a lane is done, and the next may go. */
  #done(job: Job, outcome: Outcome): void {
    this.#size--;
    this.#bytes -= job.bytes;
    const lane = this.#lanes.get(job.lane);
    lane?.shift();
    const [next] = lane ?? [];
    if (next === undefined) this.#lanes.delete(job.lane);
    else if (outcome.type !== 'dropped') this.#ready.push(next);
    job.done(job.effect, outcome);
    if (this.#size === 0) this.#onDrained();
  }
}

const QUEUE_FULL: Outcome = { type: 'dropped', reason: 'http_queue_full' };
const STOPPED: Outcome = { type: 'dropped', reason: 'http_stopped' };

function inAll(reason: string, attempts: number): string {
  return attempts === 1 ? reason : `${reason} (${attempts} attempts)`;
}

/** Roughly what a request takes in memory. */
function bytesOf({ url, headers, body }: HttpEffect): number {
  let bytes = url.length + (body?.length ?? 0) + 200;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + value.length + 16;
  return bytes;
}
