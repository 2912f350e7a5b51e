import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLogic } from '../../../src/core/logic/compile.ts';
import { traceLogic, type Traced } from '../../../src/core/logic/trace.ts';
import { parseExpression } from '../../../src/spec/expression/parse.ts';
import { printExpression } from '../../../src/spec/expression/print.ts';
import { runs } from '../../property-runs.ts';
import { PLAIN, scopeOf } from './evaluate.ts';
import { anyData, anyExpression } from './generate.ts';

function lines({ logic, value, parts }: Traced, indent = ''): string[] {
  const own = `${indent}${printExpression(logic)} → ${JSON.stringify(value)}`;
  return [own, ...parts.flatMap((part) => lines(part, `${indent}  `))];
}

function trace(expression: string, payload: unknown): string[] {
  const parsed = parseExpression(expression);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return lines(traceLogic(parsed.logic, PLAIN)(scopeOf(payload)));
}

describe('a traced expression', () => {
  test('has the value of each of its parts, those included that decided nothing', () => {
    expect(trace('t > 30 and not (mode == "off" or a.b + 1 < 2)', { t: 3, mode: 'on' })).toEqual([
      't > 30 and not (mode == "off" or a.b + 1 < 2) → false',
      '  t > 30 → false',
      '    t → 3',
      '  not (mode == "off" or a.b + 1 < 2) → null',
      '    mode == "off" or a.b + 1 < 2 → null',
      '      mode == "off" → false',
      '        mode → "on"',
      '      a.b + 1 < 2 → null',
      '        a.b + 1 → null',
      '          a.b → null',
    ]);
  });

  test('does not go into what is another value for each element', () => {
    expect(
      trace('length(filter(l, w > 1)) + reduce(l, current.w + accumulator, start)', { l: [{ w: 2 }], start: 1 }),
    ).toEqual([
      'length(filter(l, w > 1)) + reduce(l, current.w + accumulator, start) → 4',
      '  length(filter(l, w > 1)) → 1',
      '    filter(l, w > 1) → [{"w":2}]',
      '      l → [{"w":2}]',
      '  reduce(l, current.w + accumulator, start) → 3',
      '    l → [{"w":2}]',
      '    start → 1',
    ]);
  });

  test('of a list has its elements, and of data nothing', () => {
    expect(trace('[a, 1, [b]]', { a: 5 })).toEqual([
      '[a, 1, [b]] → [5,1,[null]]',
      '  a → 5',
      '  [b] → [null]',
      '    b → null',
    ]);
    expect(lines(traceLogic({ a: 1, b: { var: 'x' } }, PLAIN)(scopeOf({})))).toEqual([
      '{"a":1,"b":{"var":"x"}} → {"a":1,"b":{"var":"x"}}',
    ]);
  });

  test('costs the message no steps, and is unknown where it is over its budget', () => {
    const scope = scopeOf({ l: Array.from({ length: 100 }, () => 1), text: 'x'.repeat(5000) });
    scope.steps = 50;
    const logic = {
      or: [{ matches: [{ var: 'text' }, 'y'] }, { '==': [{ length: { map: [{ var: 'l' }, { var: 'item' }] } }, 100] }],
    };
    const traced = traceLogic(logic, PLAIN)(scope);
    expect(traced.parts.map(({ value }) => value)).toEqual([null, null]);
    expect(scope.steps).toBe(50);
  });

  test('has the value that it has without being traced', () => {
    fc.assert(
      fc.property(anyExpression, anyData, (logic, payload) => {
        const { get } = compileLogic(logic, PLAIN);
        expect(traceLogic(logic, PLAIN)(scopeOf(payload)).value).toEqual(get(scopeOf(payload)));
      }),
      { numRuns: runs(1_000) },
    );
  });
});
