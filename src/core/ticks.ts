import type { RunningRule } from './running-rule.ts';
import { NEVER } from './stage.ts';
import { Timers } from './timers.ts';

/** The rules that tick, and when each does next. */
export class Ticks {
  #timers = new Timers<RunningRule>();
  /** How far the wall clock, by which schedules go, is ahead of the machine's time. Milliseconds. */
  #ahead = 0;

  /** The next tick of any rule, or NEVER. */
  get next(): number {
    return this.#timers.peek();
  }

  /** Put other rules in the place of these: those that are new tick after `now`, the others go on. */
  swap(running: readonly RunningRule[], now: number): void {
    this.#timers = new Timers();
    for (const one of running) {
      if (one.tickAt === NEVER) one.tickAt = this.#next(one, now);
      if (one.tickAt !== NEVER) this.#timers.push(one.tickAt, one);
    }
  }

  /** The wall clock has jumped. What it has jumped over is due now; set back, it comes to the same times again. */
  follow(all: readonly RunningRule[], ahead: number, now: number): void {
    const jump = ahead - this.#ahead;
    this.#ahead = ahead;
    for (const one of all) {
      if (one.tickAt === NEVER) continue;
      one.tickAt = jump > 0 ? Math.max(now, one.tickAt - jump) : this.#next(one, now);
    }
    this.swap(all, now);
  }

  /** Take out the rules whose tick was due at `due`, which is now or, where nobody was there, before: in the order they act. */
  due(at: number, now: number): RunningRule[] {
    const due: RunningRule[] = [];
    while (this.#timers.peek() === at && at !== NEVER) {
      const running = this.#timers.pop();
      if (running === undefined) break;
      due.push(running);
    }
    for (const running of due) {
      running.tickAt = this.#next(running, now);
      if (running.tickAt !== NEVER) this.#timers.push(running.tickAt, running);
    }
    return due.sort((a, b) => a.slot - b.slot);
  }

  /** They go on from an earlier time, when they last ran: what has come since then is due, of schedules that make up for it. */
  resume(running: readonly RunningRule[], since: number, now: number): void {
    for (const one of running) {
      if (one.tickAt === NEVER) continue;
      one.tickAt = NEVER;
      for (const schedule of one.rule.schedules) {
        const after = schedule.skipsMissed === true ? now : since;
        const next = schedule.next(after + this.#ahead);
        if (next !== NEVER) one.tickAt = Math.min(one.tickAt, next - this.#ahead);
      }
    }
    this.swap(running, now);
  }

  /** Nobody was there for the ticks before `now`: a rule that has missed some has one at `now` in their place. */
  miss(now: number): void {
    while (this.#timers.peek() < now) {
      const running = this.#timers.pop();
      if (running === undefined) return;
      running.tickAt = now;
      this.#timers.push(now, running);
    }
  }

  /** The first tick of a rule after a time. */
  #next({ rule }: RunningRule, after: number): number {
    let next = NEVER;
    for (const schedule of rule.schedules) next = Math.min(next, schedule.next(after + this.#ahead));
    return next === NEVER ? NEVER : next - this.#ahead;
  }
}
