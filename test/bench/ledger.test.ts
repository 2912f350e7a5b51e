import { expect, test } from 'vitest';
import { Ledger } from '../../bench/job/ledger.ts';

test('tells lost, repeated, disordered and unasked answers', () => {
  const ledger = new Ledger(2, 2);
  for (let n = 0; n < 12; n++) ledger.send(n * 10);
  expect(ledger.answer(0)).toBe(0);
  expect(ledger.answer(4)).toBe(40);
  expect(ledger.answer(2)).toBe(20); // Behind message 4 of the same topic.
  expect(ledger.answer(4)).toBeNaN(); // Again.
  expect(ledger.answer(5)).toBeNaN(); // Not due.
  expect(ledger.answer(99)).toBeNaN(); // Never sent.
  expect(ledger.settled).toBe(5);
  expect(ledger.isComplete).toBe(false);
  expect(ledger.account()).toEqual({
    sent: 12,
    due: 6,
    answered: 3,
    lost: 3,
    duplicates: 1,
    outOfOrder: 1,
    unknown: 2,
  });
});

test('remembers more messages than it was made for', () => {
  const ledger = new Ledger(100, 1);
  for (let n = 0; n < 3_000_000; n++) ledger.send(n);
  for (let n = 0; n < 3_000_000; n += 1_000) expect(ledger.answer(n)).toBe(n);
  expect(ledger.account()).toMatchObject({
    sent: 3_000_000,
    answered: 3_000,
    duplicates: 0,
    outOfOrder: 0,
    unknown: 0,
  });
});
