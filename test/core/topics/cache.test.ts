import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TopicCache } from '../../../src/core/topics/cache.ts';
import { runs } from '../../property-runs.ts';

describe('a cache of topics', () => {
  test('forgets, but never answers what was not put in, and never holds more than twice its limit', () => {
    const step = fc.record({ topic: fc.nat(30).map(String), value: fc.option(fc.nat(9), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 10 }), (steps, limit) => {
        const cache = new TopicCache<number>(limit);
        const latest = new Map<string, number>();
        for (const { topic, value } of steps) {
          if (value === undefined) expect([undefined, latest.get(topic)]).toContain(cache.get(topic));
          else {
            cache.set(topic, value);
            latest.set(topic, value);
            expect(cache.get(topic)).toBe(value);
          }
        }
        expect([...latest.keys()].filter((topic) => cache.get(topic) !== undefined).length).toBeLessThanOrEqual(
          2 * limit,
        );
      }),
      { numRuns: runs(500) },
    );
  });

  test('keeps what is in use', () => {
    const cache = new TopicCache<number>(10);
    cache.set('used', 1);
    for (let i = 0; i < 1000; i++) {
      expect(cache.get('used')).toBe(1);
      cache.set(`other${i}`, i);
    }
    expect(cache.get('other0')).toBeUndefined();
  });

  test('counts values by their weight', () => {
    const cache = new TopicCache<number[]>(100, (list) => list.length);
    for (let i = 0; i < 10; i++)
      cache.set(
        String(i),
        Array.from({ length: 60 }, () => i),
      );
    expect(
      Array.from({ length: 10 }, (_, i) => cache.get(String(i))).filter((list) => list !== undefined),
    ).toHaveLength(2);
  });

  test('counts long topics for what they take', () => {
    const cache = new TopicCache<number>(1000);
    const topics = Array.from({ length: 100 }, (_, i) => `${i}/${'x'.repeat(60_000)}`);
    for (const topic of topics) cache.set(topic, 1);
    const kept = topics.filter((topic) => cache.get(topic) !== undefined);
    expect(kept.length).toBeLessThanOrEqual(2);
    expect(kept).toContain(topics.at(-1));
  });
});
