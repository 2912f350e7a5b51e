import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Aggregator, Gathering, Rolling } from '../../../src/core/aggregates/aggregator.ts';
import { AGGREGATES } from '../../../src/core/aggregates/functions.ts';
import { parseDuration } from '../../../src/spec/duration.ts';
import { runs } from '../../property-runs.ts';
import { DEFINITIONS, isNear, type Sample } from './model.ts';

/** The function of a call such as `percentile(x, 90)`. */
function gathering(call: string): Gathering {
  const [, name = '', parameter] = /^(\w+)\(x(?:, (\w+))?\)$/.exec(call) ?? [];
  const built = AGGREGATES.get(name)?.build(parameter && (parseDuration(parameter) ?? Number(parameter)));
  if (typeof built !== 'object') throw new Error(`${call}: ${built ?? 'no such function'}`);
  return built;
}

/** What JSON makes of a state: every state is sent through it between any two steps. */
function saved<T>(state: T): T {
  return JSON.parse(JSON.stringify(state)) as T;
}

function fill({ init, add }: Aggregator, samples: readonly Sample[]): unknown {
  return samples.reduce((state: unknown, { value, at }) => saved(add(state, value, at)), init());
}

const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1000, max: 1000, noNaN: true }));
const samplesOf = (values: fc.Arbitrary<number | null>, maxLength = 40): fc.Arbitrary<Sample[]> =>
  fc.array(fc.record({ wait: fc.nat(3), value: values }), { maxLength }).map((steps) => {
    let at = 1_795_168_800_000;
    return steps.map(({ wait, value }) => ({ at: (at += wait * 500), value }));
  });

describe.each(Object.entries(DEFINITIONS))('%s', (call, definition) => {
  const { over, rolling } = gathering(call);

  test('is what its definition says, over a window that is filled, in one piece or in many', () => {
    fc.assert(
      fc.property(
        samplesOf(number),
        fc.array(fc.nat(40), { maxLength: 4 }),
        fc.nat(2000),
        fc.option(number),
        (samples, cuts, wait, before) => {
          const end = (samples.at(-1)?.at ?? 0) + wait;
          const wanted = definition(samples, end, before);
          const whole = over.result(fill(over, samples), { end, before });
          expect([whole, isNear(whole, wanted, 1000)]).toEqual([whole, true]);
          const places = [0, ...cuts.sort((a, b) => a - b), samples.length];
          const parts = places.slice(1).map((place, i) => fill(over, samples.slice(places[i], place)));
          const merged = parts.reduce((state, part) => {
            const untouched = JSON.stringify(part);
            const whole = over.merge(state, part);
            expect(JSON.stringify(part)).toBe(untouched);
            return saved(whole);
          }, over.init());
          const joined = over.result(merged, { end, before });
          expect([joined, isNear(joined, wanted, 1000)]).toEqual([joined, true]);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test('is what its definition says, over a window that moves on', () => {
    fc.assert(
      fc.property(
        samplesOf(fc.option(number)),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(2000),
        (messages, size, wait) => {
          for (const { results, wanted } of roll(rolling, definition, messages, size, wait)) {
            expect([results, wanted, isNear(results, wanted, 1000)]).toEqual([results, wanted, true]);
          }
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

/** Lets a window over the last `size` messages go along, and says at each what the result is and should be. */
function roll(
  { init, add, remove, result }: Rolling,
  definition: (typeof DEFINITIONS)[string],
  messages: readonly Sample[],
  size: number,
  wait: number,
): { results: unknown; wanted: unknown }[] {
  let state = init();
  let first = 0;
  const known = (from: number): number => {
    const place = messages.findIndex(({ value }, i) => i >= from && value !== null);
    return place === -1 ? messages.length : place;
  };
  return messages.map(({ value, at }, i) => {
    if (value !== null) add(state, value, at);
    const leaving = messages[i - size];
    const next = known(i - size + 1);
    if (leaving !== undefined && leaving.value !== null)
      remove(state, leaving.value, leaving.at, next > i ? Number.NaN : (messages[next]?.at ?? Number.NaN));
    state = saved(state);
    first = known(Math.max(0, i - size + 1));
    const seen = messages.slice(0, i + 1);
    const column = {
      values: seen.map((sample) => sample.value),
      at: seen.map((sample) => sample.at),
      first: Math.min(first, i + 1),
    };
    const inside = seen.slice(-size).filter((sample) => sample.value !== null);
    const before = seen.slice(0, -size).findLast((sample) => sample.value !== null)?.value ?? null;
    const end = at + wait;
    return {
      results: result(state, column, { end, before: null }),
      wanted: definition(inside, end, before as number | null),
    };
  });
}

describe('sums', () => {
  const { over, rolling } = gathering('sum(x)');
  const mean = gathering('avg(x)');

  test.each([
    [[0.1, 0.2, 0.3], 0.6, 0.2],
    [[21.1, 21.2, 21.3], 63.6, 21.2],
    [[1e100, 1, -1e100], 1, 1 / 3],
    [[1e308, 1e308, -1e308], 1e308, 1e308 / 3],
    [[1e308, 1e308], null, 1e308],
    [[-0], 0, 0],
  ])('of %j are exact: %d, with the mean %d', (values, sum, average) => {
    const samples = values.map((value, at) => ({ value, at }));
    expect(over.result(fill(over, samples), { end: 0, before: null })).toBe(sum);
    expect(mean.over.result(fill(mean.over, samples), { end: 0, before: null })).toBeCloseTo(average ?? 0, 12);
  });

  test('leave nothing behind of what has left the window, however large it was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 30 }),
        fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 1024),
        (passing, staying) => {
          const state = rolling.init();
          const column = { values: [], at: [], first: 0 };
          for (const value of passing) rolling.add(state, value, 0);
          rolling.add(state, staying, 0);
          for (const value of passing) rolling.remove(state, value, 0, 0);
          expect(rolling.result(state, column, { end: 0, before: null })).toBe(staying + 0);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

describe('the spread of values that are large and close to each other', () => {
  test('keeps its precision', () => {
    const { over } = gathering('variance(x)');
    const samples = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16].map((value, at) => ({ value, at }));
    expect(over.result(fill(over, samples), { end: 0, before: null })).toBe(30);
  });
});

describe('what is kept of a window is bounded', () => {
  const known = (call: string, values: readonly unknown[]): unknown => {
    const { over } = gathering(call);
    let state = over.init();
    for (const [at, value] of values.entries()) state = over.add(state, value, at);
    return over.result(state, { end: values.length, before: null });
  };
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  test('a list has at most as many elements as any list', () => {
    expect(known('collect(x)', numbers(10_000))).toHaveLength(10_000);
    expect(known('collect(x)', numbers(10_001))).toBeNull();
  });

  test('a list and a set of values have at most a million characters', () => {
    const texts = Array.from({ length: 11 }, (_, i) => 'x'.repeat(100_000) + String(i));
    expect(known('collect(x)', texts.slice(1))).toHaveLength(10);
    expect(known('collect(x)', texts)).toBeNull();
    expect(known('count_distinct(x)', texts.slice(1))).toBe(10);
    expect(known('count_distinct(x)', texts)).toBeNull();
  });

  test('a set has at most a hundred thousand values', () => {
    expect(known('count_distinct(x)', numbers(100_000))).toBe(100_000);
    expect(known('count_distinct(x)', numbers(100_001))).toBeNull();
  });

  test('of more numbers the oldest make room', () => {
    expect(known('median(x)', numbers(100_001))).toBe(50_000.5);
  });
});
