import { describe, expect, test } from 'vitest';
import { printExpression } from '../../../src/spec/expression/print.ts';
import { logicOf } from './reading.ts';

describe('prints with as few brackets as possible', () => {
  test.each([
    ['temperature>30', 'temperature > 30'],
    ['((a and b)) && (c or d)', '(a and b) and (c or d)'],
    ['(a == b) and (c != d)', 'a == b and c != d'],
    ['not (a == b)', 'not a == b'],
    ['!(a and b)', 'not (a and b)'],
    ['!a == b', '!a == b'],
    ['(not a) == (not b)', '!a == !b'],
    ['!(!x) == y', '!(!x) == y'],
    ['!!x', '!!x'],
    ['not (x in y)', 'x not in y'],
    ['(x not in y) == z', 'x not in y == z'],
    ['1 - (2 - 3) - 4', '1 - (2 - 3) - 4'],
    ['(a * b) + (c / d)', 'a * b + c / d'],
    ['-(a + b)', '-(a + b)'],
    ['-(5)', '-(5)'],
    ['- -x', '--x'],
    ['20 <= t <= 40', '20 <= t <= 40'],
    ['20 <= t < 40', '20 <= t and t < 40'],
    ['(a < b) < c', '(a < b) < c'],
    ['(a == b) == c', '(a == b) == c'],
    ['a ? (b ? 1 : 2) : (c)', 'a ? (b ? 1 : 2) : c'],
    ['a ? b : c ? d : e', 'a ? b : c ? d : e'],
    ['(a ?? 0) > 5', '(a ?? 0) > 5'],
    ['a ?? (b ?? c)', 'a ?? (b ?? c)'],
    ["params['switch:0'].output", 'params["switch:0"].output'],
    ['a["b"][0]["01"]', 'a.b[0]["01"]'],
    ['(a).b', 'val(a, "b")'],
    ['(a[i]).b', 'val(a[i], "b")'],
    ['val(a, i)', 'a[i]'],
    ['f(x)["y"][0]', 'f(x).y[0]'],
    ['10s', '10000'],
  ])('%s as %s', (source, printed) => {
    expect(printExpression(logicOf(source))).toBe(printed);
    expect(logicOf(printed)).toEqual(logicOf(source));
  });
});

describe('prints every JSON-logic', () => {
  test.each([
    [{ var: 'a b' }, 'var("a b")'],
    [{ var: '' }, 'var("")'],
    [{ var: 'True' }, 'var("True")'],
    [{ var: ['a'] }, 'a'],
    [{ var: ['a', 1] }, 'var("a", 1)'],
    [{ var: { var: 'a' } }, 'var(a)'],
    [{ '!': { var: 'a' } }, 'not a'],
    [{ '?:': [1, 2, 3] }, '1 ? 2 : 3'],
    [{ if: [1, 2] }, 'if(1, 2)'],
    [{ '<': [1] }, '"<"(1)'],
    [{ '<': [1, 2, 3, 4] }, '"<"(1, 2, 3, 4)'],
    [{ '>': [3, 2, 1] }, '">"(3, 2, 1)'],
    [{ and: [] }, '"and"()'],
    [{ and: { var: 'a' } }, '"and"(a)'],
    [{ '': [] }, '""()'],
    [{ not: [1, 2] }, '"not"(1, 2)'],
    [{ val: [] }, 'val()'],
    [{ val: ['text', 0] }, 'val("text", 0)'],
    [{ missing: ['a', 'b'] }, 'missing("a", "b")'],
    [{ map: [{ var: 'l' }, { '*': [{ var: 'item' }, 2] }] }, 'map(l, item * 2)'],
    ['say "hi"\n', String.raw`"say \"hi\"\n"`],
    [-0, '-0'],
    [1e21, '1e+21'],
  ])('%j as %s', (logic, printed) => {
    expect(printExpression(logic)).toBe(printed);
    expect(printExpression(logicOf(printed))).toBe(printed);
  });

  test.each([
    [{}, '{}'],
    [{ a: 1, b: { var: 'x' } }, '{"a":1,"b":{"var":"x"}}'],
    [{ '==': [{ var: 'x' }, {}] }, 'x == {}'],
    [{ val: [{}, 'a'] }, 'val({}, "a")'],
    [Number.NaN, 'null'],
    [undefined, 'null'],
  ])('%j as %s, which is for reading only', (logic, printed) => expect(printExpression(logic)).toBe(printed));
});

test('takes time in proportion to the tree', () => {
  let logic: unknown = 1;
  for (let depth = 0; depth < 64; depth++) logic = { [depth % 2 === 0 ? '+' : '*']: [{ '!': [{ '-': [logic] }] }, 1] };
  expect(printExpression(logic).length).toBeLessThan(1_000);
});

describe('prints trees of the greatest depth so that they can be read', () => {
  const frames: readonly (readonly [string, (inner: unknown) => unknown])[] = [
    ['negations', (inner) => ({ '!': [inner] })],
    ['comparisons of negations', (inner) => ({ '==': [{ '!': [inner] }, 1] })],
    ['minus', (inner) => ({ '-': [inner] })],
    ['choices in the middle', (inner) => ({ if: [1, inner, 2] })],
    ['choices first', (inner) => ({ if: [inner, 1, 2] })],
    ['choices last', (inner) => ({ if: [1, 2, inner] })],
    ['sums of products', (inner) => ({ '+': [1, { '*': [inner, 2] }] })],
    ['keys', (inner) => ({ val: [{ var: 'a' }, inner] })],
    ['fields', (inner) => ({ val: [inner, 'a'] })],
    ['lists', (inner) => [inner]],
  ];
  test.each(frames)('%s', (_, frame) => {
    let logic: unknown = 1;
    while (depthOf(frame(logic)) <= 64) logic = frame(logic);
    expect(depthOf(logic)).toBeGreaterThan(62);
    expect(logicOf(printExpression(logic))).toEqual(logic);
  });
});

function depthOf(logic: unknown): number {
  if (typeof logic !== 'object' || logic === null) return 0;
  const children: readonly unknown[] = Array.isArray(logic) ? logic : Object.values(logic).flat();
  return 1 + Math.max(0, ...children.map(depthOf));
}
