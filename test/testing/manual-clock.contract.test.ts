import { ManualClock } from '../../src/testing/manual-clock.ts';
import { clockContract } from '../contracts/clock.ts';

clockContract('the manual clock', () => {
  const clock = new ManualClock(1_795_168_800_000);
  return {
    clock,
    pass: (ms) => clock.advance(clock.now() + ms),
    setWall: (by) => clock.setWall(by),
  };
});
