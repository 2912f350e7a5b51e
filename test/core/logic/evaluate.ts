import { expect } from 'vitest';
import { MAX_STEPS } from '../../../src/core/logic/budget.ts';
import { compileLogic, type Environment } from '../../../src/core/logic/compile.ts';
import type { LogicScope } from '../../../src/core/logic/getter.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';

/** 2026-11-20T10:00:00Z, a Friday. */
export const NOW = 1_795_168_800_000;

/** Nothing but a payload and a clock in UTC. */
export const PLAIN: Environment = { zone: zone('UTC'), name: () => undefined };

/** A message's scope, as the machine makes it. */
export function scopeOf(payload: unknown, now = NOW): LogicScope {
  return { payload, now, wallAhead: 0, items: [null, null, null], steps: MAX_STEPS };
}

/** The value of an expression for a payload; the expression must compile without errors. */
export function evaluate(logic: unknown, payload: unknown = null, environment: Environment = PLAIN): unknown {
  const { get, issues } = compileLogic(logic, environment);
  expect(issues.filter((issue) => issue.severity === 'error')).toEqual([]);
  return get(scopeOf(payload));
}
