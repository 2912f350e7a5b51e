import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../property-runs.ts';
import { compileLogic } from '../../../src/core/logic/compile.ts';
import { evaluate, PLAIN } from './evaluate.ts';
import { anyData, anyExpression } from './generate.ts';

type Truth = true | false | null;
const TRUTHS: readonly Truth[] = [true, false, null];

const A = { var: 'a' };
const B = { var: 'b' };

/** Kleene's strong tables, written out; null is unknown. */
const TABLE: readonly (readonly [a: Truth, b: Truth, and: Truth, or: Truth])[] = [
  [true, true, true, true],
  [true, false, false, true],
  [true, null, null, true],
  [false, true, false, true],
  [false, false, false, false],
  [false, null, false, null],
  [null, true, null, true],
  [null, false, false, null],
  [null, null, null, null],
];

describe("Kleene's tables", () => {
  test.each(TABLE)('%j and %j is %j; or: %j', (a, b, and, or) => {
    expect(evaluate({ and: [A, B] }, { a, b })).toBe(and);
    expect(evaluate({ or: [A, B] }, { a, b })).toBe(or);
    // The same with the third place and beyond, which have other closures.
    expect(evaluate({ and: [true, A, B] }, { a, b })).toBe(and);
    expect(evaluate({ or: [A, false, B] }, { a, b })).toBe(or);
    expect(evaluate({ and: [A, true, B, true] }, { a, b })).toBe(and);
    expect(evaluate({ or: [false, A, B, false] }, { a, b })).toBe(or);
    // And through lists.
    expect(evaluate({ all: [{ var: '' }, { var: '' }] }, [a, b])).toBe(and);
    expect(evaluate({ some: [{ var: '' }, { var: '' }] }, [a, b])).toBe(or);
    expect(evaluate({ none: [{ var: '' }, { var: '' }] }, [a, b])).toBe(or === null ? null : !or);
  });

  test.each([
    [true, false],
    [false, true],
    [null, null],
  ])('not %j is %j', (a, not) => {
    expect(evaluate({ '!': A }, { a })).toBe(not);
    expect(evaluate({ '!!': A }, { a })).toBe(a);
  });

  test('an unknown condition makes a choice unknown, whatever there is to choose from', () => {
    expect(evaluate({ if: [A, 1, 1] }, {})).toBe(null);
    expect(evaluate({ '?:': [A, 1, 1] }, {})).toBe(null);
    expect(evaluate({ if: [false, 1, A, 2, 3] }, {})).toBe(null);
    expect(evaluate({ if: [true, 1, A, 2, 3] }, {})).toBe(1);
    expect(evaluate({ if: [false, 1] }, {})).toBe(null);
  });

  test('the operand that decides is the answer', () => {
    expect(evaluate({ and: [1, A, 0, '', B] }, { b: 2 })).toBe(0);
    expect(evaluate({ and: [1, 'x', [3]] })).toEqual([3]);
    expect(evaluate({ or: [0, A, 'x', B] }, { b: 2 })).toBe('x');
    expect(evaluate({ or: [0, '', []] })).toEqual([]);
  });

  test('what is unknown does not end the search for what decides', () => {
    expect(evaluate({ and: [A, A, A, false] }, {})).toBe(false);
    expect(evaluate({ or: [A, A, A, true] }, {})).toBe(true);
  });
});

describe("Kleene's laws", () => {
  const truth = fc.constantFrom(...TRUTHS);
  const C = { var: 'c' };
  const not = (x: unknown): unknown => ({ '!': [x] });
  const and = (...x: unknown[]): unknown => ({ and: x });
  const or = (...x: unknown[]): unknown => ({ or: x });

  test.each<[name: string, left: unknown, right: unknown]>([
    ['and is commutative', and(A, B), and(B, A)],
    ['or is commutative', or(A, B), or(B, A)],
    ['and is associative', and(A, and(B, C)), and(and(A, B), C)],
    ['or is associative', or(A, or(B, C)), or(or(A, B), C)],
    ['and nests as it lists', and(A, B, C), and(A, and(B, C))],
    ['or nests as it lists', or(A, B, C), or(A, or(B, C))],
    ['and distributes over or', and(A, or(B, C)), or(and(A, B), and(A, C))],
    ['or distributes over and', or(A, and(B, C)), and(or(A, B), or(A, C))],
    ['absorption', and(A, or(A, B)), A],
    ['absorption, the other way', or(A, and(A, B)), A],
    ['idempotence of and', and(A, A), A],
    ['idempotence of or', or(A, A), A],
    ['double negation', not(not(A)), A],
    ['De Morgan for and', not(and(A, B)), or(not(A), not(B))],
    ['De Morgan for or', not(or(A, B)), and(not(A), not(B))],
    ['true changes no and', and(A, true), A],
    ['false changes no or', or(A, false), A],
    ['false decides and', and(A, false), false],
    ['true decides or', or(A, true), true],
    ['a choice between true and false is the condition', { if: [A, true, false] }, A],
  ])('%s', (_, left, right) => {
    fc.assert(
      fc.property(truth, truth, truth, (a, b, c) => {
        expect(evaluate(left, { a, b, c })).toBe(evaluate(right, { a, b, c }));
      }),
      { numRuns: runs(100) },
    );
  });

  test('De Morgan holds for any operands', () => {
    fc.assert(
      fc.property(anyExpression, anyExpression, anyData, (a, b, data) => {
        fc.pre(compiles(a) && compiles(b));
        expect(evaluate(not(and(a, b)), data)).toBe(evaluate(or(not(a), not(b)), data));
        expect(evaluate(not(or(a, b)), data)).toBe(evaluate(and(not(a), not(b)), data));
      }),
      { numRuns: runs(1_000) },
    );
  });

  test('excluded middle and contradiction do not hold: both are unknown where the operand is', () => {
    expect(evaluate(or(A, not(A)), {})).toBe(null);
    expect(evaluate(and(A, not(A)), {})).toBe(null);
  });
});

describe('knowing more never contradicts', () => {
  test('a result that is known stays the same when an unknown operand becomes known', () => {
    const C = { var: 'c' };
    const shapes = [
      { and: [A, B, C] },
      { or: [A, B, C] },
      { if: [A, B, C] },
      { and: [A, { or: [B, { '!': C }] }] },
      { or: [{ and: [A, B] }, { '!': { and: [B, C] } }] },
    ];
    for (const shape of shapes) {
      for (const a of TRUTHS) {
        for (const b of TRUTHS) {
          const before = evaluate(shape, { a, b, c: null });
          for (const c of [true, false]) if (before !== null) expect(evaluate(shape, { a, b, c })).toBe(before);
        }
      }
    }
  });
});

function compiles(logic: unknown): boolean {
  return compileLogic(logic, PLAIN).issues.every((issue) => issue.severity === 'warning');
}
