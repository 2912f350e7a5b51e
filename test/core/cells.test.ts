import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carryCells } from '../../src/core/carry-cells.ts';
import { Cells } from '../../src/core/cells.ts';
import type { Rule } from '../../src/core/rule.ts';
import { RunningRule } from '../../src/core/running-rule.ts';
import { NEVER } from '../../src/core/stage.ts';
import { throttle } from '../../src/core/stages/throttle.ts';
import { runs } from '../property-runs.ts';

function running(change: Partial<Rule> = {}): RunningRule {
  const rule: Rule = {
    id: 'r',
    shadow: false,
    topics: [],
    inputs: [],
    lookups: [],
    plan: {
      where: null,
      foreach: null,
      by: null,
      stages: [throttle(1, 1000)],
      stateful: true,
      splitAt: 1,
      showing: [],
      keeping: [0],
      timed: [],
      letCount: 0,
      measuredCount: 0,
      inputCount: 0,
      eventTime: null,
      onError: { name: 'on_error', set: [], actions: [], script: null },
    },
    schedules: [],
    onStart: false,
    seeds: [],
    alert: null,
    maxKeys: 100,
    ttl: 100,
    rate: null,
    ...change,
  };
  return new RunningRule(rule, 0);
}

/** Let time pass to the end of a millisecond. */
function expire(cells: Cells, to: number): void {
  for (let at = cells.next('last'); at <= to && at !== NEVER; at = cells.next('last')) {
    for (const cell of cells.due('last', at)) cells.settleOrDrop(cell, 'last', at);
  }
}

describe('cells', () => {
  test('go when they were idle for longer than the ttl, not sooner', () => {
    const cells = new Cells();
    const rule = running();
    cells.touch(rule, 'a', 0);
    expect(cells.next('last')).toBe(100);
    expire(cells, 99);
    expect(rule.cells.size).toBe(1);
    expire(cells, 100);
    expect(rule.cells.size).toBe(0);
    expect(cells.next('last')).toBe(NEVER);
  });

  test('stay with a new version of their rule, whose ttl counts from the last message', () => {
    const cells = new Cells();
    const before = running();
    const cell = cells.touch(before, 'a', 0);
    const after = running({ ttl: 10 });
    carryCells(before, after, cells);
    cells.drop(before);
    expect(after.cells.get('a')).toBe(cell);
    expect(cells.next('last')).toBe(10);
    expire(cells, 10);
    expect(after.cells.size).toBe(0);
  });

  test('leave no deadlines behind, however often their rule is changed or comes and goes', () => {
    const cells = new Cells();
    let rule = running({ maxKeys: 10_000 });
    for (let i = 0; i < 500; i++) cells.touch(rule, String(i), 0);
    for (let round = 0; round < 100; round++) {
      const next = running({ maxKeys: 10_000, ttl: 1000 - round });
      carryCells(rule, next, cells);
      cells.drop(rule);
      rule = next;
      const passing = running({ id: 'passing', maxKeys: 10_000 });
      for (let i = 0; i < 500; i++) cells.touch(passing, String(i), 0);
      cells.drop(passing);
    }
    expect(rule.cells.size).toBe(500);
    expect(cells.deadlines).toBeLessThan(4 * 500 + 1001);
  });

  test('are those that a plain list of last messages says, through touches, time and new versions', () => {
    const step = fc.record({
      wait: fc.nat(60),
      key: fc.nat(5).map(String),
      ttl: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined, freq: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cells = new Cells();
        let rule = running({ maxKeys: 4 });
        let model = new Map<string, number>();
        let now = 0;
        for (const { wait, key, ttl } of steps) {
          now += wait;
          expire(cells, now);
          model = new Map([...model].filter(([, touched]) => now - touched < rule.rule.ttl));
          expect([...rule.cells.keys()].sort()).toEqual([...model.keys()].sort());
          if (ttl !== undefined) {
            const next = running({ maxKeys: 4, ttl });
            carryCells(rule, next, cells);
            cells.drop(rule);
            rule = next;
            expire(cells, now);
            model = new Map([...model].filter(([, touched]) => now - touched < ttl));
          }
          const cell = cells.touch(rule, key, now);
          expect(cell === null).toBe(!model.has(key) && model.size === 4);
          if (cell !== null) model.set(key, now);
          expect(cells.next('last')).toBeLessThanOrEqual(
            Math.min(...[...model.values()].map((at) => at + rule.rule.ttl)),
          );
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
