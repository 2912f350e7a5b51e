import type { Call } from './call.ts';
import type { Getter } from './getter.ts';
import type { Operator } from './operator.ts';
import { isList, looselyEqual } from './value.ts';

/** Whether two values are the same, as JavaScript's `==` and `===` see it; only the literal null may ask for unknown. */
export const EQUALITY: readonly Operator[] = [
  {
    name: '==',
    arity: [2, 2],
    signature: 'a == b',
    summary: 'Whether two values are equal, "1" and 1 included; with the literal null, whether the other is unknown.',
    example: { logic: { '==': [{ var: 'state' }, 'ON'] }, payload: { state: 'ON' }, result: true },
    build: (call) => equality(call, isNull, loose),
  },
  {
    name: '!=',
    arity: [2, 2],
    signature: 'a != b',
    summary: 'Whether two values are not equal; with the literal null, whether the other is known.',
    example: { logic: { '!=': [{ var: 'state' }, 'ON'] }, payload: {}, result: null },
    build: (call) => equality(call, isNotNull, notLoose),
  },
  {
    name: '===',
    arity: [2, 2],
    signature: 'a === b',
    summary: 'Whether two values are equal and of one type; with the literal null, whether the other is unknown.',
    example: { logic: { '===': [{ var: 'state' }, 1] }, payload: { state: '1' }, result: false },
    build: (call) => equality(call, isNull, strict),
  },
  {
    name: '!==',
    arity: [2, 2],
    signature: 'a !== b',
    summary: 'Whether two values differ, in value or type; with the literal null, whether the other is known.',
    example: { logic: { '!==': [{ var: 'state' }, 1] }, payload: { state: '1' }, result: true },
    build: (call) => equality(call, isNotNull, notStrict),
  },
];

type WithNull = (a: Getter) => Getter;
type WithOther = (a: Getter, b: Getter) => Getter;

function equality(call: Call, withNull: WithNull, withOther: WithOther): Getter {
  for (const operand of [0, 1]) {
    const { logic, get } = call.operand(1 - operand);
    if (call.operand(operand).logic === null) return withNull(get);
    if (!isList(call.operand(operand).logic) || typeof logic !== 'object' || logic === null) continue;
    const hint = 'Compare what is in it, or its length';
    call.warn('equal-lists', 'a list written here equals no other list, whatever is in them', { operand, hint });
  }
  return withOther(call.get(0), call.get(1));
}

function isNull(a: Getter): Getter {
  return (scope) => a(scope) === null;
}

function isNotNull(a: Getter): Getter {
  return (scope) => a(scope) !== null;
}

function loose(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    if (typeof x === typeof y && typeof x !== 'object') return x === y;
    return x === null || y === null ? null : looselyEqual(x, y, scope);
  };
}

function notLoose(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    if (typeof x === typeof y && typeof x !== 'object') return x !== y;
    return x === null || y === null ? null : !looselyEqual(x, y, scope);
  };
}

function strict(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    return x === null || y === null ? null : x === y;
  };
}

function notStrict(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    return x === null || y === null ? null : x !== y;
  };
}
