import fc from 'fast-check';

const OPERATORS = [
  'and',
  'or',
  '!',
  '!!',
  '==',
  '!=',
  '===',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  '+',
  '-',
  '*',
  '/',
  '%',
  '??',
  'if',
  '?:',
  'not',
  'var',
  'val',
  'max',
  'missing',
  'map',
  'exists',
  'null',
  'true',
  'None',
  '',
  'odd name',
  '"',
  '__proto__',
  'größe',
  '$',
  '=',
  '(',
];

const STEPS = ['a', 'b', 'in', 'null', '0', '01', '-1', 'switch:0', '', 'a b', '"', '__proto__', '1a', 'é', '$'];

const path = fc.oneof(
  fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 4 }).map((steps) => steps.join('.')),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const literal = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(...STEPS),
  fc.constantFrom(true, false, null, -0),
);

/** JSON-logic as an expression would give it: operands in lists, `var` with its path alone, no literal mappings. */
export const arbitraryLogic: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  logic: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    { arbitrary: literal, weight: 2 },
    { arbitrary: path.map((each) => ({ var: each })), weight: 2 },
    { arbitrary: fc.array(tie('logic'), { maxLength: 3 }), weight: 1 },
    { arbitrary: operation(fc.array(tie('logic'), { maxLength: 5 })), weight: 1 },
    { arbitrary: operation(fc.array(tie('logic'), { minLength: 1, maxLength: 3 })), weight: 6 },
  ),
})).logic;

function operation(operands: fc.Arbitrary<unknown[]>): fc.Arbitrary<unknown> {
  const operator = fc.oneof(
    { arbitrary: fc.constantFrom(...OPERATORS), weight: 9 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 4 }), weight: 1 },
  );
  return fc.tuple(operator, operands).map(([name, list]) => {
    if (name === 'var' && list.length === 1 && typeof list[0] === 'string') return { var: list[0] };
    const isChoice = name === '?:' && list.length >= 3 && list.length % 2 === 1;
    return { [isChoice ? 'if' : name]: list };
  });
}
