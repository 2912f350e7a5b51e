import { describe, expect, test } from 'vitest';
import { compileLogic } from '../../../src/core/logic/compile.ts';
import { PLAIN } from './evaluate.ts';
import { tableOf } from './table.ts';

const X = { var: 'x' };

/** Where implementations of JSON-logic part ways, this one goes with json-logic-js, or says that nothing is known. */
tableOf('as json-logic-js', [
  [{ '==': [null, 0] }, false],
  [{ '==': ['on', 2] }, false],
  [{ max: ['3', 2] }, 3],
  [{ min: ['3', 2] }, 2],
  [{ '!!': [X] }, true, { x: {} }],
  [{ '!!': [[]] }, false],
  [{ '!!': ['0'] }, true],
  [{ var: ['x', 5] }, null, { x: null }],
  [{ missing: ['x'] }, ['x'], { x: null }],
  [{ some: [X, true] }, false, { x: 'text' }],
  [{ substr: [12345, 1, 2] }, '23'],
  [{ var: 'x\\.y' }, null, { 'x.y': 1 }],
  [{ a: { var: 'x' }, b: 1 }, { a: { var: 'x' }, b: 1 }, { x: 2 }],
  [{ if: [0, 1] }, null],
]);

tableOf('not NaN, not infinite, not 0 for what is not there', [
  [{ '<': [X, 5] }, null, {}],
  [{ '<': ['abc', 9] }, null],
  [{ '+': [X, 1] }, null, { x: null }],
  [{ '+': [X, 1] }, null, {}],
  [{ '+': ['abc', 1] }, null],
  [{ '/': [1, 0] }, null],
  [{ '%': [5, 0] }, null],
  [{ '+': [X] }, null, { x: [1, 2, 3] }],
  [{ max: [X] }, 3, { x: [1, 2, 3] }],
  [{ cat: [1, null, true] }, null],
  [{ filter: [X, true] }, null, {}],
]);

describe('what json-logic-js takes and leaves out', () => {
  test.each<[logic: unknown, code: string]>([
    [{ '-': [5, 3, 1] }, 'too-many-operands'],
    [{ '/': [100, 5, 2] }, 'too-many-operands'],
    [{ '>': [3, 1, 2] }, 'too-many-operands'],
    [{ and: [] }, 'too-few-operands'],
    [{ toString: ['x'] }, 'unknown-operator'],
    [{ __defineGetter__: ['x'] }, 'unknown-operator'],
  ])('%j is an error', (logic, code) => {
    expect(compileLogic(logic, PLAIN).issues).toMatchObject([{ code, severity: 'error' }]);
  });
});
