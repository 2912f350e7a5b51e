import { expect, test } from 'vitest';
import { BackOff } from '../../../src/adapters/mqtt/back-off.ts';

test('doubles up to its longest wait, and takes off up to half', () => {
  const backOff = new BackOff(1_000, 30_000);
  const waits = Array.from({ length: 7 }, () => backOff.next(0, 0));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(backOff.next(0, 0.5)).toBe(22_500);
});

test('starts again after a stable connection, and not after one that broke at once', () => {
  const backOff = new BackOff(1_000, 30_000);
  for (let i = 0; i < 5; i++) backOff.next(0, 0);
  backOff.connected(0);
  expect(backOff.next(100, 0)).toBe(30_000);
  backOff.connected(1_000);
  expect(backOff.next(31_000, 0)).toBe(1_000);
});
