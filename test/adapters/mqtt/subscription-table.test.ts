import { expect, test } from 'vitest';
import { type SubscriptionGroup, SubscriptionTable } from '../../../src/adapters/mqtt/subscription-table.ts';
import type { QoS } from '../../../src/core/event.ts';

function tableOf(...groups: [identifier: number, filter: string, qos: QoS, round?: number][]): {
  table: SubscriptionTable;
  groups: SubscriptionGroup[];
} {
  const table = new SubscriptionTable();
  const made = groups.map(([identifier, filter, qos, round = 1]): SubscriptionGroup => {
    return { identifier, filters: new Set([filter]), qos, shared: filter.startsWith('$share/'), round, granted: true };
  });
  for (const group of made) table.add(group);
  return { table, groups: made };
}

function counts(
  table: SubscriptionTable,
  topic: string,
  identifiers: number | number[] | undefined,
  retained: boolean,
) {
  return table.verdict(topic, identifiers, retained) === 'deliver';
}

test('one of several copies counts: that of the highest QoS, then of the oldest subscription', () => {
  const { table } = tableOf([1, 'a/#', 0], [2, 'a/+', 1], [3, 'a/b', 1]);
  expect([3, 2, 1].filter((identifier) => counts(table, 'a/b', identifier, false))).toEqual([2]);
  expect([2, 1].filter((identifier) => counts(table, 'a/c', identifier, false))).toEqual([2]);
  expect(counts(table, 'a/b/c', 1, false)).toBe(true);
});

test('a single copy with several identifiers counts, in any order', () => {
  const { table } = tableOf([1, 'a/#', 0], [2, 'a/+', 1]);
  expect(counts(table, 'a/b', [1, 2], false)).toBe(true);
  expect(counts(table, 'a/b', [2, 1], false)).toBe(true);
});

test('a subscription that is not granted yet is not waited for', () => {
  const { table, groups } = tableOf([1, 'a/#', 0], [2, 'a/+', 1]);
  const [, second] = groups;
  if (second === undefined) throw new Error('two were made');
  second.granted = false;
  table.add(second);
  expect([1, 2].filter((identifier) => counts(table, 'a/b', identifier, false))).toEqual([1]);
  table.granted(second);
  expect([1, 2].filter((identifier) => counts(table, 'a/b', identifier, false))).toEqual([2]);
});

test('a retained message counts once in each round of subscribing', () => {
  const { table } = tableOf([1, 'a/#', 1], [2, 'a/+', 1], [3, 'a/b', 1, 2]);
  expect([1, 2, 1].map((identifier) => counts(table, 'a/b', identifier, true))).toEqual([true, false, false]);
  expect(counts(table, 'a/b', 3, true)).toBe(true);
});

test('our share of a shared subscription counts unless another subscription brings the message anyway', () => {
  const { table } = tableOf([1, '$share/g/a/#', 2], [2, 'a/b', 0]);
  expect([1, 2].filter((identifier) => counts(table, 'a/b', identifier, false))).toEqual([2]);
  expect(counts(table, 'a/c', 1, false)).toBe(true);
});

test('a copy that names no subscription we know counts: better twice than never', () => {
  const { table } = tableOf([1, 'a/#', 0], [2, 'a/+', 1]);
  expect(counts(table, 'a/b', 77, false)).toBe(true);
  expect(counts(table, 'a/b', undefined, false)).toBe(true);
});

test.each(['a\0b', 'a\u0085b', 'a/\ufffd', ''])('a topic that no one may publish to is one: %j', (topic) => {
  expect(tableOf([1, '#', 0]).table.verdict(topic, undefined, false)).toBe('invalid');
});
