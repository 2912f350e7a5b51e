import type { ExpectStep } from '../compile/scenario.ts';
import type { PublishEffect } from '../core/effect.ts';
import { assign } from './expectation.ts';
import { findingsOf, type Finding } from './finding.ts';

/** Messages and expectations without their counterpart that are kept. */
const MAX_UNPAIRED = 1_000;
/** Messages that the rules of one scenario may publish: nobody expects more, one by one. */
const MAX_PUBLISHED = 100_000;

/** Compares what is published with what is expected, moment by moment. */
export class Verdict {
  readonly published: PublishEffect[] = [];
  /** How many of them belong to moments that are over. */
  #judged = 0;
  readonly #missing: ExpectStep[] = [];
  readonly #surplus: PublishEffect[] = [];
  /** How many more messages and expectations have no counterpart. */
  more = 0;

  get isFull(): boolean {
    return this.published.length > MAX_PUBLISHED;
  }

  /** A moment is over at which this was expected; true if all of it came, and nothing else. */
  close(expected: readonly ExpectStep[]): boolean {
    const came = this.published.slice(this.#judged);
    this.#judged = this.published.length;
    if (came.length === 0 && expected.length === 0) return true;
    const assigned = assign(expected, came);
    const found = new Set(assigned);
    const missing = expected.filter((_, i) => assigned[i] === undefined);
    const surplus = came.filter((effect) => !found.has(effect));
    this.#keep(missing, this.#missing);
    this.#keep(surplus, this.#surplus);
    return missing.length + surplus.length === 0;
  }

  /** What is wrong, in order of time. */
  get findings(): Finding[] {
    return findingsOf(this.#missing, this.#surplus);
  }

  #keep<T>(found: readonly T[], list: T[]): void {
    const kept = found.slice(0, Math.max(0, MAX_UNPAIRED - list.length));
    list.push(...kept);
    this.more += found.length - kept.length;
  }
}
