import type { HttpEffect } from '../core/effect.ts';
import type { Outcome } from './outcome.ts';

/** Is told what became of a request; why it failed is said without what may be secret. */
export type Requested = (effect: HttpEffect, outcome: Outcome) => void;

/**
 * Sends the requests of rules.
 *
 * `send` never throws, and `done` is called for each request exactly once: `ok` when a server has accepted it, `error`
 * when it has been tried as often as it may, `dropped` when there is no room for it (`http_queue_full`, then before `send`
 * returns) or when it was given up at the end (`http_stopped`). Requests of one rule and key to one server are sent in
 * order, each when the one before is done.
 */
export interface HttpSender {
  send(effect: HttpEffect, done: Requested): void;
  /** Requests that wait, are on their way, or will be tried again. */
  readonly size: number;
  /** Take no more, wait for what is there, and resolve with how many had to be given up after `graceMs`. */
  stop(graceMs: number): Promise<number>;
}
