import { expect, test } from 'vitest';
import { printExpression } from '../../src/spec/expression/print.ts';
import { Coverage } from '../../src/testing/coverage.ts';
import { runTests } from '../../src/testing/run-tests.ts';

test('coverage counts what rules did, and what each part of their conditions decided', () => {
  const coverage = new Coverage();
  runTests(
    `rules:
  - id: light
    on: motion/+room
    where: exists(occupancy)
    if: 'occupancy and (mode == "night" or not (lux > 50 and lux < 90)) and (a ? b : c)'
    publish: { topic: "light/\${room}" }
  - { id: never, on: other, log: x }
  - { id: always, on: motion/+room, log: x }
tests:
  - name: one
    script:
      - { at: 0s, send: motion/hall, payload: { occupancy: true, lux: 20, a: true, b: true } }
      - { at: 0s, expect: light/hall }
      - { at: 1s, send: motion/hall, payload: { occupancy: false, lux: 20, a: true } }
      - { at: 2s, send: motion/hall, payload: { x: 1 } }
  - name: two
    rules: [light]
    script: [{ at: 0s, send: motion/hall, payload: { occupancy: true, mode: night, a: true, b: true } }, { at: 0s, expect: light/hall }]`,
    { coverage },
  );
  const { decisions, ...counts } = coverage.of('light');
  expect(counts).toEqual({ rule: 'light', scenarios: 2, evaluations: { true: 2, false: 1, unknown: 0 }, acted: 2 });
  expect(
    decisions.map(
      ({ condition, logic, outcomes }) =>
        `${condition}: ${printExpression(logic)}: ${Object.values(outcomes).join(' ')}`,
    ),
  ).toEqual([
    'where: exists(occupancy): 3 1 0',
    'if: occupancy and (mode == "night" or not (lux > 50 and lux < 90)) and (a ? b : c): 2 1 0',
    'if: occupancy: 2 1 0',
    'if: mode == "night" or not (lux > 50 and lux < 90): 3 0 0',
    'if: mode == "night": 1 0 2',
    'if: not (lux > 50 and lux < 90): 2 0 1',
    'if: lux > 50: 0 2 1',
    'if: lux < 90: 2 0 1',
    'if: a ? b : c: 2 0 1',
    'if: a: 3 0 0',
  ]);
  expect(coverage.of('never')).toEqual({
    rule: 'never',
    scenarios: 1,
    evaluations: { true: 0, false: 0, unknown: 0 },
    acted: 0,
    decisions: [],
  });
  expect(coverage.of('always')).toMatchObject({ scenarios: 1, evaluations: { true: 3 }, acted: 3, decisions: [] });
  expect(coverage.of('unheard-of').scenarios).toBe(0);
});
