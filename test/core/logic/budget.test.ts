import { describe, expect, test } from 'vitest';
import { BudgetError, type BudgetLimit, MAX_LIST, MAX_STEPS, MAX_TEXT } from '../../../src/core/logic/budget.ts';
import { compileLogic } from '../../../src/core/logic/compile.ts';
import { evaluate, PLAIN, scopeOf } from './evaluate.ts';

const X = { var: 'x' };
const ITEM = { var: 'item' };

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The limit that ends the evaluation, or its value. */
function limitOf(logic: unknown, payload: unknown): unknown {
  try {
    return { value: evaluate(logic, payload) };
  } catch (error) {
    if (error instanceof BudgetError) return error.limit;
    throw error;
  }
}

/** An operator on what it answered before and that again, for each element of x. */
function doubling(operator: string, start: unknown): unknown {
  return { reduce: [X, { [operator]: [{ var: 'accumulator' }, { var: 'accumulator' }] }, start] };
}

describe('the budget of an expression', () => {
  test.each<[name: string, limit: BudgetLimit, logic: unknown, payload: unknown]>([
    ['text that doubles', 'text', doubling('cat', 'ab'), { x: numbers(20) }],
    ['list that doubles', 'list', doubling('merge', [1, 2]), { x: numbers(20) }],
    [
      'lists in lists that double',
      'steps',
      { reduce: [X, [{ var: 'accumulator' }, { var: 'accumulator' }], 1] },
      { x: numbers(60) },
    ],
    [
      'empty lists in lists that double',
      'steps',
      { reduce: [X, [{ var: 'accumulator' }, { var: 'accumulator' }], []] },
      { x: numbers(60) },
    ],
    [
      'lists that double through map',
      'steps',
      { reduce: [X, { map: [[1, 2], { var: 'outer.accumulator' }] }, 1] },
      { x: numbers(60) },
    ],
    ['lists in lists in lists', 'depth', { reduce: [X, [{ var: 'accumulator' }], 1] }, { x: numbers(5_000) }],
    ['mappings in mappings in mappings', 'depth', { reduce: [X, { var: '' }, 1] }, { x: numbers(5_000) }],
    ['a list for each element', 'steps', { map: [X, { map: [{ var: 'outer.x' }, 1] }] }, { x: numbers(1_000) }],
    ['a sum for each element', 'steps', { map: [X, { sum: { var: 'outer.x' } }] }, { x: numbers(5_000) }],
    ['a search for each element', 'steps', { map: [X, { in: ['no', { var: 'outer.x' }] }] }, { x: numbers(5_000) }],
    ['a sort for each element', 'steps', { map: [X, { sort: { var: 'outer.x' } }] }, { x: numbers(5_000) }],
    [
      'the text of a list for each element',
      'steps',
      { map: [X, { '==': [{ var: 'outer.x' }, 'no'] }] },
      { x: numbers(5_000) },
    ],
    [
      'a long text for each element',
      'steps',
      { map: [X, { contains: [{ var: 'outer.t' }, ITEM] }] },
      { x: numbers(9_000), t: 'b'.repeat(100_000) },
    ],
    [
      'a long text searched for each element',
      'steps',
      { map: [X, { matches: [{ var: 'outer.t' }, 'a$'] }] },
      { x: numbers(100), t: 'a'.repeat(4_000) },
    ],
    [
      'keys for each element',
      'steps',
      { map: [X, { keys: { var: 'outer.m' } }] },
      { x: numbers(5_000), m: Object.fromEntries(numbers(1_000).map((n) => [`k${n}`, n])) },
    ],
    ['map of a list that is too long', 'list', { map: [X, 1] }, { x: numbers(MAX_LIST + 1) }],
    ['filter that keeps too many', 'list', { filter: [X, true] }, { x: numbers(MAX_LIST + 1) }],
    ['sort of a list that is too long', 'list', { sort: X }, { x: numbers(MAX_LIST + 1) }],
    ['unique of too many', 'list', { unique: X }, { x: numbers(MAX_LIST + 1) }],
    ['merge of too many', 'list', { merge: [X, 1] }, { x: numbers(MAX_LIST) }],
    ['split into too many', 'list', { split: [X, ','] }, { x: ','.repeat(MAX_LIST) }],
    ['split into too many characters', 'list', { split: [X, ''] }, { x: 'a'.repeat(MAX_LIST + 1) }],
    ['join to a text that is too long', 'text', { join: [X, 'a'.repeat(100)] }, { x: numbers(1_000) }],
    ['replace that grows too long', 'text', { replace: [X, 'a', 'b'.repeat(1_000)] }, { x: 'a'.repeat(60_000) }],
    ['a text that is too long to begin with', 'text', { upper: X }, { x: 'a'.repeat(MAX_TEXT + 1) }],
    ['cat of a list that is too long', 'text', { cat: [X] }, { x: numbers(20_000) }],
    ['a text too long to search', 'search', { matches: [X, 'a'] }, { x: 'a'.repeat(4_097) }],
    ['a computed path that is too long', 'path', { var: [X] }, { x: 'a'.repeat(257) }],
    ['a computed path of too many steps', 'path', { missing: [X] }, { x: ['a.'.repeat(16)] }],
  ])('ends %s', (_, limit, logic, payload) => {
    expect(limitOf(logic, payload)).toBe(limit);
  });

  test.each<[name: string, logic: unknown, payload: unknown, value: unknown]>([
    ['a text of 64 KiB', { length: { cat: [X, X] } }, { x: 'a'.repeat(MAX_TEXT / 2) }, MAX_TEXT],
    ['a list of 10 000', { length: { map: [X, ITEM] } }, { x: numbers(MAX_LIST) }, MAX_LIST],
    ['a long list looked through', { sum: X }, { x: numbers(100_000) }, 4_999_950_000],
    ['few out of a long list', { filter: [X, { '<': [ITEM, 2] }] }, { x: numbers(50_000) }, [0, 1]],
    [
      'a list built step by step',
      { length: { reduce: [X, { merge: [{ var: 'accumulator' }, [{ var: 'current' }]] }, []] } },
      { x: numbers(500) },
      500,
    ],
    ['a long text searched', { matches: [X, 'b$'] }, { x: `${'a'.repeat(4_095)}b` }, true],
  ])('leaves room for %s', (_, logic, payload, value) => {
    expect(limitOf(logic, payload)).toEqual({ value });
  });

  test('is one for all expressions of a message', () => {
    const { get } = compileLogic({ map: [X, 1] }, PLAIN);
    const scope = scopeOf({ x: numbers(MAX_LIST) });
    for (let spent = 0; spent < MAX_STEPS; spent += MAX_LIST) get(scope);
    expect(scope.steps).toBe(0);
    expect(() => get(scope)).toThrow(BudgetError);
  });

  test('is told in words', () => {
    expect(() => evaluate({ matches: [X, 'a'] }, { x: 'a'.repeat(5_000) })).toThrow(
      'matches searches at most 4096 characters',
    );
    expect(() => evaluate({ upper: X }, { x: 'a'.repeat(70_000) })).toThrow('a text longer than 65536 characters');
    // How many is for the configuration to say.
    expect(() => evaluate({ map: [X, { map: [{ var: 'outer.x' }, 1] }] }, { x: numbers(1_000) })).toThrow(
      '(limits.steps)',
    );
  });
});
