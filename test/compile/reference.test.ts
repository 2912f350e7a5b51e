import fc from 'fast-check';
import jsonLogic from 'json-logic-js';
import { describe, expect, test } from 'vitest';
import { referenceLogic } from '../../src/adapters/json-logic/reference-logic.ts';
import { referenceAnswers } from '../../src/compile/reference.ts';
import { compileLogic } from '../../src/core/logic/compile.ts';
import { isMapping } from '../../src/core/logic/value.ts';
import { emptyScope } from '../../src/core/empty-scope.ts';
import { Player, PLAY_SETTINGS } from '../../src/testing/play.ts';
import { PLAIN } from '../core/logic/evaluate.ts';
import { sensorData, sensorRule } from '../core/logic/generate.ts';
import { runs } from '../property-runs.ts';

/** Whether a rule acts on a payload, with the answers of json-logic-js. */
function acts(condition: unknown, payload: unknown): boolean {
  const rule = JSON.stringify({ id: 'r', on: 's/+id', if: condition, log: 'x' });
  const player = new Player(rule, { settings: { ...PLAY_SETTINGS, reference: referenceLogic } });
  return player.send({ topic: 's/a', payload }).length > 0;
}

describe('with `logic: reference`', () => {
  test.each([
    ['temperature < 5', {}, true],
    ['temperature < 5', { temperature: null }, true],
    ['temperature > 30', { temperature: 'unavailable' }, false],
    ['not (temperature > 30)', { temperature: 'unavailable' }, true],
    ['x == "1"', { x: 1 }, true],
    ['x == false', { x: '' }, true],
    ['a.b + 1 > 2', { a: { b: 2 } }, true],
    ['a > 1 and b', { a: 2, b: [] }, false],
    [{ some: [{ var: 'list' }, { '>': [{ var: 'v' }, 2] }] }, { list: [{ v: 1 }, { v: 3 }] }, true],
    [
      { '<': [{ reduce: [{ var: 'list' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }, 4] },
      { list: [1, 2] },
      true,
    ],
  ])('%j of %j answers as json-logic-js does', (condition, payload, expected) => {
    expect(acts(condition, payload)).toBe(expected);
  });

  test.each([
    ['id == "a" and v < 1', {}, true],
    ['round(v) == 3', { v: 2.6 }, true],
    ['round(v) < 5', {}, true],
    ['(v ?? 7) == 7', {}, true],
    ['exists(v)', {}, false],
    ['payload == 25', 25, true],
    ['topic == "s/a"', {}, true],
    ['list[1] == 2', { list: [1, 2] }, true],
    [{ some: [{ var: 'list' }, { '==': [{ var: 'item' }, 2] }] }, { list: [1, 2] }, true],
  ])('names, and functions that it lacks, are as they always are: %j of %j', (condition, payload, expected) => {
    expect(acts(condition, payload)).toBe(expected);
  });

  test.each(['constructor', 'toString.name', '__proto__', 'a.constructor.name'])('%s is no field', (path) => {
    expect(acts({ '!!': [{ var: path }] }, { a: {} })).toBe(false);
  });
});

test('conditions on sensors answer as json-logic-js does', () => {
  const scope = emptyScope();
  const beside = {
    reference: referenceLogic,
    isName: () => false,
    own: (part: unknown) => compileLogic(part, PLAIN).get,
  };
  fc.assert(
    fc.property(sensorRule, sensorData, (logic, payload) => {
      fc.pre(isMapping(payload));
      scope.payload = payload;
      let value: unknown = null;
      try {
        value = jsonLogic.apply(logic as never, payload);
      } catch {
        // At what it cannot turn into a number or a text.
      }
      const isNothing = value === undefined || (typeof value === 'number' && !Number.isFinite(value));
      expect(referenceAnswers(logic, beside)(scope)).toEqual(isNothing ? null : value);
    }),
    { numRuns: runs(5_000) },
  );
});

test('otherwise what is missing is unknown', () => {
  const rule = '{ id: r, on: s, if: temperature < 5, log: x, else: { log: y } }';
  expect(new Player(rule).send({ topic: 's', payload: {} })).toEqual([]);
});
