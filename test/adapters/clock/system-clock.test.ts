import { expect, test } from 'vitest';
import { MAX_WAIT, systemClock, type TimeSource } from '../../../src/adapters/clock/system-clock.ts';
import { clockContract } from '../../contracts/clock.ts';

/** What a clock is made of, moved by hand. Its timers come a little early, as real ones may. */
class Source implements TimeSource {
  #passed = 0.25;
  #wall = 1_795_168_800_000;
  #timers: { readonly at: number; readonly wake: () => void }[] = [];

  wall = (): number => Math.floor(this.#wall + this.#passed);
  monotonic = (): number => this.#passed;

  wait = (ms: number, wake: () => void): (() => void) => {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThanOrEqual(MAX_WAIT);
    const timer = { at: this.#passed + ms - (ms > 10 ? 1 : 0), wake };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  };

  pass = (ms: number): void => {
    const end = this.#passed + ms;
    for (;;) {
      const [first] = this.#timers.toSorted((a, b) => a.at - b.at);
      if (first === undefined || first.at > end) break;
      this.#timers = this.#timers.filter((other) => other !== first);
      this.#passed = Math.max(this.#passed, first.at);
      first.wake();
    }
    this.#passed = end;
  };

  setWall = (by: number): void => {
    this.#wall += by;
  };
}

clockContract('the system clock', () => {
  const source = new Source();
  return { clock: systemClock(source), pass: source.pass, setWall: source.setWall };
});

test('the clock of this computer wakes at its time or a little later', async () => {
  const clock = systemClock();
  const at = clock.now() + 20;
  await new Promise<void>((resolve) => clock.at(at, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(at);
  expect(Math.abs(clock.now() - clock.wall())).toBeLessThan(1000);
});
