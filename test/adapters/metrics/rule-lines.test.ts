import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metrics } from '../../../src/adapters/metrics/metrics.ts';
import { OTHER, RuleLines } from '../../../src/adapters/metrics/rule-lines.ts';
import type { RuleReading } from '../../../src/ports/readings.ts';
import { runs } from '../../property-runs.ts';
import { firedRule, fixedReadings, samples } from './fixed-readings.ts';

const fired = (lines: RuleLines, rules: readonly RuleReading[]): Record<string, number> =>
  Object.fromEntries(lines.update(rules).map(({ rule, tally }) => [rule, tally.fired]));

describe('rules by name', () => {
  test('are all of them, up to the limit', () => {
    expect(fired(new RuleLines(2), [firedRule('a', 1), firedRule('b', 2)])).toEqual({ a: 1, b: 2 });
  });

  test('are the first, and the rest is summed', () => {
    const rules = [firedRule('a', 1), firedRule('b', 2), firedRule('c', 3), firedRule('d', 4)];
    expect(fired(new RuleLines(2), rules)).toEqual({ a: 1, b: 2, [OTHER]: 7 });
  });

  test('and their alerts are summed by severity and state', () => {
    const bad = (count: number) => ({ severity: 'bad', state: 'firing', count }) as const;
    const rules = ['a', 'b', 'c'].map((id, i) => ({ ...firedRule(id), alerts: [bad(i + 1)] }));
    expect(new RuleLines(1).update(rules).map(({ rule, alerts }) => [rule, alerts])).toEqual([
      ['a', [bad(1)]],
      [OTHER, [bad(5)]],
    ]);
  });

  test('stay the same when the order changes', () => {
    const lines = new RuleLines(2);
    const [a, b, c] = [firedRule('a', 1), firedRule('b', 2), firedRule('c', 3)];
    fired(lines, [a, b, c]);
    expect(fired(lines, [c, b, a])).toEqual({ b: 2, a: 1, [OTHER]: 3 });
  });

  test('go with their rule, and another takes the place', () => {
    const lines = new RuleLines(1);
    const [a, b, c] = [firedRule('a', 1), firedRule('b', 2), firedRule('c', 4)];
    fired(lines, [a, b, c]);
    expect(fired(lines, [b, c])).toEqual({ b: 2, [OTHER]: 6 });
    expect(fired(lines, [])).toEqual({ [OTHER]: 6 });
  });

  test('a rule that is itself called like the rest is among the rest', () => {
    expect(fired(new RuleLines(9), [firedRule(OTHER, 1), firedRule('a', 2)])).toEqual({ a: 2, [OTHER]: 1 });
  });

  test('what a rule counted before it was begun anew stays counted', () => {
    const lines = new RuleLines(0);
    fired(lines, [firedRule('a', 5)]);
    expect(fired(lines, [firedRule('a', 1)])).toEqual({ [OTHER]: 6 });
  });
});

test('500 rules have a name on the page', async () => {
  const rules = Array.from({ length: 502 }, (_, n) => firedRule(`rule-${n}`, 1));
  const { body } = await metrics(
    fixedReadings(() => rules),
    { version: '1' },
  ).render(undefined);
  const page = samples(body);
  expect(page.get('automate_rule_fired_total{rule="rule-499"}')).toBe(1);
  expect(page.get('automate_rule_fired_total{rule="rule-500"}')).toBeUndefined();
  expect(page.get('automate_rule_fired_total{rule="__other__"}')).toBe(2);
});

test('whatever comes, goes and counts: names stick, and the rest never counts backwards', () => {
  const step = fc.record({
    present: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', OTHER)),
    fire: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', OTHER)),
  });
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 3 }), (steps, limit) => {
      const lines = new RuleLines(limit);
      let rules = new Map<string, RuleReading>();
      let namedBefore: string[] = [];
      let otherBefore = 0;
      for (const { present, fire } of steps) {
        rules = new Map(present.map((id) => [id, rules.get(id) ?? firedRule(id)]));
        for (const id of fire) rules.get(id)?.tally.fire();
        const now = fired(lines, [...rules.values()]);
        const named = Object.keys(now).filter((id) => id !== OTHER);
        expect(named.length).toBe(Math.min(limit, present.filter((id) => id !== OTHER).length));
        for (const id of namedBefore) if (rules.has(id)) expect(named).toContain(id);
        for (const id of named) expect(now[id]).toBe(rules.get(id)?.tally.fired);
        expect(now[OTHER] ?? 0).toBeGreaterThanOrEqual(otherBefore);
        namedBefore = named;
        otherBefore = now[OTHER] ?? 0;
      }
    }),
    { numRuns: runs(500) },
  );
});
