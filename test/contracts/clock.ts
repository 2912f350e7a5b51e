import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';

/** A clock, and how to let time pass for it. Milliseconds. */
export interface ClockSide {
  readonly clock: Clock;
  /** Let real time pass; who is to be woken meanwhile is. */
  pass(ms: number): void;
  /** Set the wall clock ahead, or back with a negative number. */
  setWall(by: number): void;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What every clock does. */
export function clockContract(name: string, make: () => ClockSide): void {
  describe(`${name}, as a clock`, () => {
    /** When somebody who asks for it is woken, as time after now: looked at after each of these steps. */
    const woken = ({ clock, pass }: ClockSide, after: number, steps: readonly number[]): number[] => {
      const start = clock.now();
      const times: number[] = [];
      clock.at(start + after, () => times.push(clock.now() - start));
      for (const step of steps) pass(step);
      return times;
    };

    test('begins with the wall clock, in whole milliseconds', () => {
      const { clock } = make();
      expect(Number.isSafeInteger(clock.now())).toBe(true);
      expect(Math.abs(clock.now() - clock.wall())).toBeLessThanOrEqual(1);
    });

    test('passes as real time does', () => {
      const { clock, pass } = make();
      const start = clock.now();
      pass(1500);
      expect([clock.now() - start, clock.wall() - start]).toEqual([1500, 1500]);
    });

    test('wakes once, when the time has come and not before', () => {
      expect(woken(make(), 1000, [999, 1, 5000])).toEqual([1000]);
    });

    test('wakes for what is over, though not within the call', () => {
      const side = make();
      const times: number[] = [];
      side.pass(10);
      side.clock.at(side.clock.now() - 5, () => times.push(0));
      expect(times).toEqual([]);
      side.pass(1);
      expect(times).toEqual([0]);
    });

    test('wakes nobody who has cancelled, however often', () => {
      const { clock, pass } = make();
      const times: number[] = [];
      const cancel = clock.at(clock.now() + 10, () => times.push(0));
      cancel();
      cancel();
      pass(20);
      expect(times).toEqual([]);
    });

    test('wakes in forty days, and can be cancelled after thirty', () => {
      expect(woken(make(), 40 * DAY, [20 * DAY, 20 * DAY - 1, 1])).toEqual([40 * DAY]);
      const { clock, pass } = make();
      const times: number[] = [];
      const cancel = clock.at(clock.now() + 40 * DAY, () => times.push(0));
      pass(30 * DAY);
      cancel();
      pass(30 * DAY);
      expect(times).toEqual([]);
    });

    test.each([HOUR, -HOUR])('goes on as before when the wall clock is set by %i ms', (by) => {
      const side = make();
      const { clock, pass, setWall } = side;
      const start = clock.now();
      const times: number[] = [];
      clock.at(start + 300_000, () => times.push(clock.now() - start));
      pass(60_000);
      setWall(by);
      expect([clock.now() - start, clock.wall() - start]).toEqual([60_000, 60_000 + by]);
      pass(239_999);
      expect(times).toEqual([]);
      pass(1);
      expect(times).toEqual([300_000]);
    });
  });
}
