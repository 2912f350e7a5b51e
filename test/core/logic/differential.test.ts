import fc from 'fast-check';
import jsonLogic from 'json-logic-js';
import { describe, expect, test } from 'vitest';
import { MAX_STEPS } from '../../../src/core/logic/budget.ts';
import { compileLogic } from '../../../src/core/logic/compile.ts';
import { runs } from '../../property-runs.ts';
import { PLAIN, scopeOf } from './evaluate.ts';
import { anyData, anyExpression, sensorData, sensorRule } from './generate.ts';
import { DIFFERENCES, meaningOf } from './model.ts';

/** One scope for all, as in the machine: what an evaluation leaves behind must not matter to the next. */
const scope = scopeOf(null);

function ours(logic: unknown, payload: unknown): unknown {
  const { get, issues } = compileLogic(logic, PLAIN);
  // A few generated expressions say what has no meaning, such as `exists("a")`.
  fc.pre(issues.every((issue) => issue.severity === 'warning'));
  scope.payload = payload;
  scope.steps = MAX_STEPS;
  return get(scope);
}

/** As JSON, in which there is no zero with a sign; undefined and NaN do not pass. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (each === undefined || (typeof each === 'number' && !Number.isFinite(each)))
      throw new Error(`not a value: ${String(each)}`);
    return each;
  });
}

function check(logic: unknown, payload: unknown): void {
  const before = json(payload);
  const result = json(ours(logic, payload));
  const { value, met } = meaningOf(logic, payload);
  expect(result).toBe(json(value));
  if (met.size === 0) expect(result).toBe(reference(logic, payload));
  expect(json(payload)).toBe(before);
}

function reference(logic: unknown, payload: unknown): string {
  const value: unknown = jsonLogic.apply(logic as never, payload);
  return json(value ?? null);
}

/**
 * Two comparisons in each run: with json-logic-js applied to one operator at a time, unknown added by definition; and,
 * where that met no named difference, with json-logic-js applied to the whole.
 */
describe('means what json-logic-js means, and unknown where something is unknown', () => {
  test('in any expression', () => {
    fc.assert(fc.property(anyExpression, anyData, check), { numRuns: runs(20_000) });
  });

  test('in conditions on sensors', () => {
    fc.assert(fc.property(sensorRule, sensorData, check), { numRuns: runs(20_000) });
  });
});

describe('differs from json-logic-js on purpose', () => {
  test.each(Object.entries(DIFFERENCES))('%s', (name, { example }) => {
    const [logic, payload] = example;
    check(logic, payload);
    expect([...meaningOf(logic, payload).met]).toContain(name);
    expect(attempt(() => reference(logic, payload))).not.toBe(json(ours(logic, payload)));
  });
});

function attempt(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}
