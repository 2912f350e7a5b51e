import fc from 'fast-check';
import jsonLogic from 'json-logic-js';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../../src/spec/expression/parse.ts';
import { printExpression } from '../../../src/spec/expression/print.ts';
import { runs } from '../../property-runs.ts';
import { arbitraryLogic } from './arbitrary-logic.ts';
import { logicOf } from './reading.ts';

test('what is printed is read as the same JSON-logic', () => {
  fc.assert(
    fc.property(arbitraryLogic, (logic) => {
      const printed = printExpression(logic);
      fc.pre(printed.length <= 4096);
      expect(logicOf(printed)).toEqual(logic);
    }),
    { numRuns: runs(5_000) },
  );
});

/** Expressions in all their spellings, most of them right. */
const arbitraryExpression: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => {
  const space = fc.constantFrom('', ' ', ' ', '\n');
  const infix = fc.constantFrom(
    ' or ',
    '||',
    ' and ',
    '&&',
    '==',
    '!=',
    '===',
    '<',
    '<=',
    '>',
    '>=',
    ' in ',
    ' not in ',
    '+',
    '-',
    '*',
    '/',
    '%',
    '??',
    ' ? 1 : ',
  );
  const leaf = fc.constantFrom(
    'a',
    'b.c',
    'now',
    'x["y:1"]',
    'x[0]',
    '"a.b"',
    "'it\\'s'",
    '.5',
    '10s',
    '1e3',
    'true',
    'null',
    '[]',
    'f()',
    'größe',
    '-1',
  );
  const text = tie('text');
  return {
    text: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc.tuple(text, space, infix, space, text).map((pieces) => pieces.join('')),
      fc.tuple(text, space, infix, space, text).map((pieces) => pieces.join('')),
      fc.tuple(fc.constantFrom('!', '-', 'not ', '!!'), space, text).map((pieces) => pieces.join('')),
      text.map((inner) => `(${inner})`),
      fc.tuple(text, text).map(([a, b]) => `f(${a}, ${b})`),
      fc.tuple(text, text).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(fc.constantFrom('l', 'f(x)', '(a)', 'a.b'), text).map(([a, b]) => `${a}[${b}].y`),
      fc.tuple(text, text, text).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
    ),
  };
}).text;

test('reading, printing and reading again changes nothing', () => {
  fc.assert(
    fc.property(arbitraryExpression, (source) => {
      const expression = parseExpression(source);
      fc.pre(expression.ok);
      const printed = printExpression(expression.logic);
      expect(logicOf(printed)).toEqual(expression.logic);
      expect(printExpression(logicOf(printed))).toBe(printed);
    }),
    { numRuns: runs(5_000) },
  );
});

describe('any text is JSON-logic or a problem inside the text', () => {
  const units = fc.array(fc.nat({ max: 0xffff }), { maxLength: 20 }).map((codes) => String.fromCharCode(...codes));
  const soup = fc
    .array(
      fc.constantFrom(
        'a',
        '.',
        '..',
        '1',
        '1.',
        '"',
        "'",
        '\\',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '$',
        '${',
        '=',
        '==',
        '!',
        '!!',
        'not',
        ' in ',
        ' and ',
        '?',
        '??',
        ':',
        ',',
        '%',
        '5m',
        '°',
        '“',
        ' ',
        '\n',
        '-',
        '<',
        '>=',
        'is',
        'NOT',
        'True',
        '\u200b',
        '\ud800',
        '😀',
        'é',
        '\u0301',
        '#',
        '|',
      ),
      { maxLength: 25 },
    )
    .map((pieces) => pieces.join(''));
  const mutated = fc
    .tuple(arbitraryExpression, fc.nat(), fc.nat({ max: 3 }), fc.oneof(units, soup))
    .map(([text, at, removed, inserted]) => {
      const offset = at % (text.length + 1);
      return text.slice(0, offset) + inserted.slice(0, 3) + text.slice(offset + removed);
    });

  test.each([
    ['characters', fc.oneof(fc.string({ unit: 'binary' }), units)],
    ['pieces of expressions', soup],
    ['expressions with a mistake', mutated],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, (source) => {
        const expression = parseExpression(source);
        if (expression.ok) return;
        const { offset, length, message } = expression.problem;
        expect(message).not.toBe('');
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(length).toBeGreaterThanOrEqual(source.trim() === '' ? 0 : 1);
        expect(offset + length).toBeLessThanOrEqual(source.length);
      }),
      { numRuns: runs(5_000) },
    );
  });
});

test('every node of an expression has its place', () => {
  fc.assert(
    fc.property(arbitraryExpression, (source) => {
      const expression = parseExpression(source);
      fc.pre(expression.ok);
      const visit = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        const offset = expression.offsetOf(node);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(source.length);
        const children: readonly unknown[] = Array.isArray(node) ? node : Object.values(node).flat();
        children.forEach(visit);
      };
      visit(expression.logic);
    }),
    { numRuns: runs(1_000) },
  );
});

test('operators bind as in JavaScript', () => {
  // Kept apart by type, as JSON-logic has its own mind about adding booleans.
  const arithmetic = fc.letrec<{ number: string; boolean: string }>((tie) => {
    const number = tie('number');
    const boolean = tie('boolean');
    const between = (left: fc.Arbitrary<string>, operators: string[], right = left): fc.Arbitrary<string> =>
      fc.tuple(left, fc.constantFrom(...operators), right).map(([a, operator, b]) => `${a} ${operator} ${b}`);
    return {
      number: fc.oneof(
        { maxDepth: 4 },
        fc.nat({ max: 9 }).map(String),
        between(number, ['+', '-', '*', '%']),
        between(number, ['+', '-', '*', '%']),
        number.map((inner) => `(${inner})`),
        fc.nat({ max: 9 }).map((value) => `-${value}`),
        fc.tuple(boolean, number, number).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      ),
      boolean: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('true', 'false'),
        between(number, ['<', '<=', '>', '>=', '==', '!=']),
        between(boolean, ['&&', '||']),
        between(boolean, ['&&', '||', '==', '!=']),
        boolean.map((inner) => `!(${inner})`),
        fc.constantFrom('!true', '!false'),
      ),
    };
  }).boolean;
  fc.assert(
    fc.property(arithmetic, (source) => {
      const expression = parseExpression(source);
      fc.pre(expression.ok);
      // The parser answers plain JSON-logic; json-logic-js has its own, narrower type for it.
      const answer: unknown = jsonLogic.apply(expression.logic as jsonLogic.RulesLogic, {});
      expect(Boolean(answer)).toBe(Boolean(runInNewContext(source)));
    }),
    { numRuns: runs(500) },
  );
});
