import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BudgetError } from '../../../src/core/logic/budget.ts';
import { compileLogic, type Environment } from '../../../src/core/logic/compile.ts';
import type { Operator } from '../../../src/core/logic/operator.ts';
import { OPERATORS } from '../../../src/core/logic/operators.ts';
import { runs } from '../../property-runs.ts';
import { PLAIN, scopeOf } from './evaluate.ts';
import { anyExpression, anyValue } from './generate.ts';

const ENVIRONMENT: Environment = { ...PLAIN, contextual: (_, { get }) => get };
const operators = [...OPERATORS.values()];

/** Operands that are fields of the payload, so that they can be anything; a pattern has to be written down. */
function fields(operator: Operator, count: number): readonly unknown[] {
  const operands = Array.from({ length: count }, (_, index) => ({ var: `x${index}` }));
  return operator.name === 'matches' ? [operands[0], 'a+b'] : operands;
}

function payloadOf(values: readonly unknown[]): unknown {
  return Object.fromEntries(values.map((value, index) => [`x${index}`, value]));
}

const use = fc.constantFrom(...operators).chain((operator) => {
  const most = Math.min(operator.arity[1], operator.arity[0] + 3);
  const values = fc.array(anyValue, { minLength: operator.arity[0], maxLength: most });
  return fc.record({ operator: fc.constant(operator), values });
});

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return value === null || typeof value === 'string' || typeof value === 'boolean';
  return Object.values(value).every(isJson);
}

describe('every operator', () => {
  test('answers JSON to any operands, and throws nothing but BudgetError', () => {
    fc.assert(
      fc.property(use, ({ operator, values }) => {
        const { get, issues } = compileLogic({ [operator.name]: fields(operator, values.length) }, ENVIRONMENT);
        expect(issues.filter((issue) => issue.severity === 'error')).toEqual([]);
        try {
          expect(get(scopeOf(payloadOf(values)))).toSatisfy(isJson);
        } catch (error) {
          if (!(error instanceof BudgetError)) throw error;
        }
      }),
      { numRuns: runs(10_000) },
    );
  });

  /** Written down, these operands mean something else: a key, a pattern, the question whether something is unknown. */
  const READING = ['var', 'missing', 'missing_some', 'exists', 'matches', '==', '!=', '===', '!=='];

  test('answers the same to operands that are written down', () => {
    fc.assert(
      fc.property(use, ({ operator, values }) => {
        // A mapping of one key would be an operator, and the body of an iterator sees no fields of the payload.
        fc.pre(!READING.includes(operator.name) && operator.body === undefined && !values.some(hasMapping));
        const written = compileLogic({ [operator.name]: values }, ENVIRONMENT);
        fc.pre(written.issues.every((issue) => issue.severity === 'warning'));
        const read = compileLogic({ [operator.name]: fields(operator, values.length) }, ENVIRONMENT);
        expect(written.get(scopeOf(null))).toEqual(read.get(scopeOf(payloadOf(values))));
      }),
      { numRuns: runs(10_000) },
    );
  });

  /** These look at what is unknown. */
  const OPEN = ['and', 'or', 'if', '?:', '??', 'exists', 'missing', 'var'];
  const strict = operators.filter(({ name, arity }) => !OPEN.includes(name) && arity[1] > 0);

  test.each(strict)('$name answers unknown to an unknown operand', (operator) => {
    const [least, most] = operator.arity;
    for (let count = Math.max(1, least); count <= Math.min(most, least + 2); count++) {
      for (const [unknown, operand] of fields(operator, count).entries()) {
        // A pattern is never unknown, and the body and initial value of an iterator only matter where there are elements.
        if (typeof operand === 'string' || (operator.body !== undefined && unknown > 0)) continue;
        for (const other of [[1, '2'], 1, 'a', true, {}]) {
          const payload = payloadOf(Array.from({ length: count }, (_, index) => (index === unknown ? null : other)));
          const { get } = compileLogic({ [operator.name]: fields(operator, count) }, ENVIRONMENT);
          expect(get(scopeOf(payload))).toBe(null);
        }
      }
    }
  });
});

function hasMapping(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasMapping);
  return typeof value === 'object' && value !== null;
}

describe('the compiler', () => {
  test('throws nothing, whatever it is given', () => {
    const names = fc.constantFrom(...OPERATORS.keys());
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.anything(),
        anyExpression,
        tie('use'),
        fc.array(tie('node'), { maxLength: 4 }),
      ),
      use: fc
        .tuple(names, fc.oneof(tie('node'), fc.array(tie('node'), { maxLength: 5 })))
        .map(([name, operands]) => ({ [name]: operands })),
    }));
    fc.assert(
      fc.property(node, anyValue, (logic, payload) => {
        const { get, issues } = compileLogic(logic, ENVIRONMENT);
        const failed = issues.some((issue) => issue.severity === 'error');
        try {
          const value = get(scopeOf(payload));
          if (failed) expect(value).toBe(null);
          else expect(value).toSatisfy(isJson);
        } catch (error) {
          if (!(error instanceof BudgetError)) throw error;
        }
      }),
      { numRuns: runs(3_000) },
    );
  });
});
