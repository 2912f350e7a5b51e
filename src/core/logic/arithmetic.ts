import type { Call } from './call.ts';
import type { Getter } from './getter.ts';
import { MANY, type Operator } from './operator.ts';
import { numeric } from './strict.ts';
import { finite, numberOf } from './value.ts';

/** JSON-logic's own arithmetic, on numbers and the texts of numbers. What is not numeric is NaN here, and that carries on. */
export const ARITHMETIC: readonly Operator[] = [
  {
    name: '+',
    arity: [1, MANY],
    signature: 'a + b',
    summary: 'The sum of numbers; texts are not joined, that is `cat`.',
    example: { logic: { '+': [{ var: 'a' }, { var: 'b' }] }, payload: { a: 1, b: '2' }, result: 3 },
    build: buildSum,
  },
  {
    name: '-',
    arity: [1, 2],
    signature: 'a - b',
    summary: 'The difference; with one operand, its negative.',
    example: {
      logic: { '-': [{ var: 'indoor' }, { var: 'outdoor' }] },
      payload: { indoor: 21, outdoor: 4 },
      result: 17,
    },
    build: (call) => (call.count === 1 ? negative(call) : minus(call.get(0), call.get(1))),
    surplusHint: 'Subtract one after the other: {"-": [{"-": [a, b]}, c]}',
  },
  {
    name: '*',
    arity: [1, MANY],
    signature: 'a * b',
    summary: 'The product of numbers.',
    example: { logic: { '*': [{ var: 'volt' }, { var: 'ampere' }] }, payload: { volt: 230, ampere: 2 }, result: 460 },
    build: buildProduct,
  },
  {
    name: '/',
    arity: [2, 2],
    signature: 'a / b',
    summary: 'The quotient; unknown if b is 0.',
    example: { logic: { '/': [{ var: 'mv' }, 1000] }, payload: { mv: 2985 }, result: 2.985 },
    build: (call) => over(call.get(0), call.get(1)),
    surplusHint: 'Divide by one after the other: {"/": [{"/": [a, b]}, c]}',
  },
  {
    name: '%',
    arity: [2, 2],
    signature: 'a % b',
    summary: 'The remainder, with the sign of a; unknown if b is 0.',
    example: { logic: { '%': [{ var: 'scene' }, 3] }, payload: { scene: 7 }, result: 1 },
    build: (call) => remainder(call.get(0), call.get(1)),
  },
];

const negative = numeric((x) => -x);
const itself = numeric((x) => x);
const total = numeric((...numbers) => numbers.reduce((sum, x) => sum + x, 0));
const product = numeric((...numbers) => numbers.reduce((result, x) => result * x));

function buildSum(call: Call): Getter {
  if (call.count === 2) return plus(call.get(0), call.get(1));
  if (call.count > 2) return total(call);
  if (call.operand(0).value === undefined) {
    call.warn('sum-of-one', '"+" of one operand only reads it as a number', {
      operand: 0,
      hint: 'number(x) says that; sum(l) adds what is in a list',
    });
  }
  return itself(call);
}

function buildProduct(call: Call): Getter {
  if (call.count === 2) return times(call.get(0), call.get(1));
  return call.count === 1 ? ifNumeric(call.get(0)) : product(call);
}

function plus(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return finite(x + y);
  };
}

function minus(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return finite(x - y);
  };
}

function times(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return finite(x * y);
  };
}

function over(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return finite(x / y);
  };
}

/** The product of one operand is the operand as it is, "3" included: that is what json-logic-js makes of it. */
function ifNumeric(a: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    return Number.isNaN(numberOf(x)) ? null : x;
  };
}

function remainder(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return finite(x % y);
  };
}
