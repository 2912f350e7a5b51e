import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveringFilters } from '../../../src/adapters/mqtt/covering.ts';
import type { QoS } from '../../../src/core/event.ts';
import { filterMatches } from '../../../src/core/topics/filter.ts';
import { runs } from '../../property-runs.ts';

test('leaves out what another covers, at the higher QoS of the two', () => {
  const filters = new Map<string, QoS>([
    ['a/b', 2],
    ['a/+', 0],
    ['a/#', 1],
    ['b', 0],
    ['$share/g/a/b', 1],
  ]);
  expect([...coveringFilters(filters)]).toEqual([
    ['a/#', 2],
    ['b', 0],
    ['$share/g/a/b', 1],
  ]);
});

test('matches what all of them match with no less QoS, and no filter covers another', () => {
  const level = fc.constantFrom('a', 'b', '+', '$x', '');
  const filter = fc
    .tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])].join('/'));
  const filters = fc.array(fc.tuple(fc.oneof(filter, fc.constant('#')), fc.constantFrom<QoS>(0, 1, 2)), {
    maxLength: 8,
  });
  const topic = fc
    .array(fc.constantFrom('a', 'b', 'c', '$x', ''), { minLength: 1, maxLength: 4 })
    .map((levels) => levels.join('/'));
  fc.assert(
    fc.property(filters, fc.array(topic, { maxLength: 20 }), (entries, topics) => {
      const all = new Map(entries);
      const covering = coveringFilters(all);
      for (const each of topics) expect(qosFor(covering, each)).toBeGreaterThanOrEqual(qosFor(all, each));
      for (const kept of covering.keys()) expect(all.has(kept)).toBe(true);
      expect([...coveringFilters(covering)]).toEqual([...covering]);
    }),
    { numRuns: runs(2_000) },
  );
});

function qosFor(filters: ReadonlyMap<string, QoS>, topic: string): number {
  return Math.max(-1, ...[...filters].filter(([filter]) => filterMatches(filter, topic)).map(([, qos]) => qos));
}
