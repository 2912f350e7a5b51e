import type { Call } from './call.ts';
import type { Getter } from './getter.ts';
import { MANY, type Operator } from './operator.ts';
import { unary } from './strict.ts';
import { truthy } from './value.ts';

/** Kleene's three-valued logic over JSON-logic's truth; `and` and `or` answer the operand that decided. */
export const BOOLEAN: readonly Operator[] = [
  {
    name: 'and',
    arity: [1, MANY],
    signature: 'a and b',
    summary: 'The first operand that is false; else unknown if one is; else the last.',
    example: { logic: { and: [{ '>': [{ var: 'lux' }, 10] }, { var: 'dark' }] }, payload: { lux: 5 }, result: false },
    build: buildAnd,
  },
  {
    name: 'or',
    arity: [1, MANY],
    signature: 'a or b',
    summary: 'The first operand that is true; else unknown if one is; else the last.',
    example: { logic: { or: [{ '>': [{ var: 'lux' }, 10] }, { var: 'dark' }] }, payload: { lux: 50 }, result: true },
    build: buildOr,
  },
  {
    name: '!',
    arity: [1, 1],
    signature: 'not a',
    summary: 'The opposite: true for false, 0, an empty text and an empty list.',
    example: { logic: { '!': { var: 'contact' } }, payload: { contact: false }, result: true },
    build: unary((value) => !truthy(value)),
  },
  {
    name: '!!',
    arity: [1, 1],
    signature: '!!a',
    summary: 'The truth of a value: false for false, 0, an empty text and an empty list.',
    example: { logic: { '!!': { var: 'list' } }, payload: { list: [] }, result: false },
    build: unary(truthy),
  },
  {
    name: 'if',
    arity: [1, MANY],
    signature: 'if(a, x, b, y, z)',
    summary: 'The operand after the first condition that is true, else the last; unknown if a condition before it is.',
    example: { logic: { if: [{ '>': [{ var: 't' }, 30] }, 'hot', 'fine'] }, payload: { t: 31 }, result: 'hot' },
    build: buildIf,
  },
  {
    name: '?:',
    arity: [1, MANY],
    signature: 'a ? x : y',
    summary: 'The same as `if`.',
    example: { logic: { '?:': [{ var: 'on' }, 'ON', 'OFF'] }, payload: { on: true }, result: 'ON' },
    build: buildIf,
  },
];

function buildAnd(call: Call): Getter {
  if (call.count === 2) return and2(call.get(0), call.get(1));
  if (call.count === 3) return and3(call.get(0), call.get(1), call.get(2));
  return andAll(call.getters());
}

function buildOr(call: Call): Getter {
  if (call.count === 2) return or2(call.get(0), call.get(1));
  if (call.count === 3) return or3(call.get(0), call.get(1), call.get(2));
  return orAll(call.getters());
}

function buildIf(call: Call): Getter {
  if (call.count === 3) return ifElse(call.get(0), call.get(1), call.get(2));
  return ifChain(call.getters());
}

function and2(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    if (x !== null && !truthy(x)) return x;
    const y = b(scope);
    return x !== null || y === null || !truthy(y) ? y : null;
  };
}

function and3(a: Getter, b: Getter, c: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    if (x !== null && !truthy(x)) return x;
    const y = b(scope);
    if (y !== null && !truthy(y)) return y;
    const z = c(scope);
    return (x !== null && y !== null) || z === null || !truthy(z) ? z : null;
  };
}

function andAll(getters: readonly Getter[]): Getter {
  return (scope) => {
    let allKnown = true;
    let value: unknown = null;
    for (const get of getters) {
      value = get(scope);
      if (value === null) allKnown = false;
      else if (!truthy(value)) return value;
    }
    return allKnown ? value : null;
  };
}

function or2(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    if (x !== null && truthy(x)) return x;
    const y = b(scope);
    return x !== null || (y !== null && truthy(y)) ? y : null;
  };
}

function or3(a: Getter, b: Getter, c: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    if (x !== null && truthy(x)) return x;
    const y = b(scope);
    if (y !== null && truthy(y)) return y;
    const z = c(scope);
    return (x !== null && y !== null) || (z !== null && truthy(z)) ? z : null;
  };
}

function orAll(getters: readonly Getter[]): Getter {
  return (scope) => {
    let allKnown = true;
    let value: unknown = null;
    for (const get of getters) {
      value = get(scope);
      if (value === null) allKnown = false;
      else if (truthy(value)) return value;
    }
    return allKnown ? value : null;
  };
}

function ifElse(condition: Getter, yes: Getter, no: Getter): Getter {
  return (scope) => {
    const decided = condition(scope);
    if (decided === null) return null;
    return truthy(decided) ? yes(scope) : no(scope);
  };
}

function ifChain(getters: readonly Getter[]): Getter {
  const pairs = getters.length - (getters.length % 2);
  return (scope) => {
    for (let i = 0; i < pairs; i += 2) {
      const decided = getters[i]?.(scope);
      if (decided === null) return null;
      if (truthy(decided)) return getters[i + 1]?.(scope);
    }
    return pairs < getters.length ? getters[pairs]?.(scope) : null;
  };
}
