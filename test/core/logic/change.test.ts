import { describe, expect, test } from 'vitest';
import { compileLogic, type Environment } from '../../../src/core/logic/compile.ts';
import { PLAIN, scopeOf } from './evaluate.ts';

describe('operators that the surroundings build', () => {
  test('are given their argument, and say what they are told to', () => {
    const asked: unknown[] = [];
    const environment: Environment = {
      ...PLAIN,
      contextual: (operator, { logic, get, insideIterator }) => {
        asked.push([operator, logic, insideIterator]);
        return (scope) => `${operator} ${JSON.stringify(get(scope))}`;
      },
    };
    const logic = [
      { changed: { var: 'x' } },
      { delta: [{ '*': [{ var: 'x' }, 2] }] },
      { map: [{ var: 'l' }, { age: { var: 'y' } }] },
    ];
    const { get, constant, issues } = compileLogic(logic, environment);
    expect(issues).toEqual([]);
    expect(constant).toBe(false);
    expect(get(scopeOf({ x: 3, l: [{ y: 4 }] }))).toEqual(['changed 3', 'delta 6', ['age 4']]);
    expect(asked).toEqual([
      ['changed', { var: 'x' }, false],
      ['delta', { '*': [{ var: 'x' }, 2] }, false],
      ['age', { var: 'y' }, true],
    ]);
  });

  test('are never constant, even of constants', () => {
    const { get, constant } = compileLogic({ changed: 5 }, { ...PLAIN, contextual: () => (scope) => scope.now });
    expect(constant).toBe(false);
    expect(get(scopeOf(null, 7))).toBe(7);
  });

  test('are issues where the surroundings refuse them, with the reason', () => {
    const refusing: Environment = { ...PLAIN, contextual: () => 'delta looks back, and there is nothing behind' };
    const { issues } = compileLogic({ and: [true, { delta: { var: 'x' } }] }, refusing);
    expect(issues).toEqual([
      {
        path: ['and', 1],
        node: { delta: { var: 'x' } },
        code: 'no-context',
        message: 'delta looks back, and there is nothing behind',
        severity: 'error',
      },
    ]);
  });

  test('are issues where there are no such surroundings', () => {
    for (const name of ['changed', 'delta', 'age']) {
      const { issues, get } = compileLogic({ [name]: { var: 'x' } }, PLAIN);
      expect(issues.map((issue) => issue.code)).toEqual(['no-context']);
      expect(get(scopeOf({ x: 1 }))).toBe(null);
    }
  });
});
