import type { Call, Operand } from './call.ts';
import type { Getter } from './getter.ts';
import { shown } from './issue.ts';
import type { Operator } from './operator.ts';
import { hasFields } from './path.ts';
import { constant } from './strict.ts';
import { numberOf } from './value.ts';

/**
 * Which is larger: a question about numbers and the texts of numbers; about anything else the answer is unknown. The
 * commonest condition of all, a field of the payload against a constant, has closures of its own.
 */
export const COMPARISON: readonly Operator[] = [
  {
    name: '<',
    arity: [2, 3],
    signature: 'a < b',
    summary: 'Whether a is less than b; with a third, whether b is also less than that.',
    example: { logic: { '<': [20, { var: 't' }, 40] }, payload: { t: '21.5' }, result: true },
    build: (call) => (call.count === 3 ? ascending(call.get(0), call.get(1), call.get(2)) : compare(call, LESS)),
  },
  {
    name: '<=',
    arity: [2, 3],
    signature: 'a <= b',
    summary: 'Whether a is at most b; with a third, whether b is also at most that.',
    example: { logic: { '<=': [20, { var: 't' }, 40] }, payload: { t: 40 }, result: true },
    build: (call) => (call.count === 3 ? notDescending(call.get(0), call.get(1), call.get(2)) : compare(call, AT_MOST)),
  },
  {
    name: '>',
    arity: [2, 2],
    signature: 'a > b',
    summary: 'Whether a is greater than b.',
    example: { logic: { '>': [{ var: 't' }, 30] }, payload: { t: 'unavailable' }, result: null },
    build: (call) => compare(call, GREATER),
    surplusHint: 'Write a chain with "<": {"<": [1, {"var": "x"}, 3]}',
  },
  {
    name: '>=',
    arity: [2, 2],
    signature: 'a >= b',
    summary: 'Whether a is at least b.',
    example: { logic: { '>=': [{ var: 't' }, 30] }, payload: { t: 30 }, result: true },
    build: (call) => compare(call, AT_LEAST),
    surplusHint: 'Write a chain with "<=": {"<=": [1, {"var": "x"}, 3]}',
  },
  {
    name: 'between',
    arity: [3, 3],
    signature: 'between(x, lo, hi)',
    summary: 'Whether x is at least lo and at most hi.',
    example: { logic: { between: [{ var: 't' }, 20, 25] }, payload: { t: 25 }, result: true },
    build: (call) => notDescending(call.get(1), call.get(0), call.get(2)),
  },
];

/** The closures of one comparison. */
interface Comparison {
  readonly both: (a: Getter, b: Getter) => Getter;
  readonly toNumber: (a: Getter, k: number) => Getter;
  readonly fieldToNumber: (name: string, k: number) => Getter;
  /** The comparison that says the same with its operands exchanged. */
  readonly mirrored: () => Comparison;
}

function compare(call: Call, comparison: Comparison): Getter {
  const [left, right] = [call.operand(0), call.operand(1)];
  for (const operand of [0, 1]) {
    const { value } = call.operand(operand);
    if (value === undefined || !Number.isNaN(numberOf(value))) continue;
    call.warn('never-known', `"${call.operator}" compares numbers; with ${shown(value)} it is always unknown`, {
      operand,
      hint: hintFor(value),
    });
  }
  if (right.value !== undefined) return toConstant(comparison, left, numberOf(right.value));
  if (left.value !== undefined) return toConstant(comparison.mirrored(), right, numberOf(left.value));
  return comparison.both(left.get, right.get);
}

/** What was meant by a comparison with what is no number. */
function hintFor(value: unknown): string {
  if (value === null) return 'to ask whether a value is known, write x == null or exists(x)';
  const isTimeOfDay = typeof value === 'string' && /^\d{1,2}:\d{2}(?::\d{2})?$/.test(value);
  return isTimeOfDay
    ? 'for the time of day write time_between("22:00", "06:00")'
    : 'compare it with ==, or with a number';
}

function toConstant(comparison: Comparison, operand: Operand, k: number): Getter {
  if (Number.isNaN(k)) return constant(null);
  return operand.field === undefined ? comparison.toNumber(operand.get, k) : comparison.fieldToNumber(operand.field, k);
}

const LESS: Comparison = {
  both: (a, b) => (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return Number.isNaN(x) || Number.isNaN(y) ? null : x < y;
  },
  toNumber: (a, k) => (scope) => {
    const x = numberOf(a(scope));
    return Number.isNaN(x) ? null : x < k;
  },
  fieldToNumber: (name, k) => (scope) => {
    const payload = scope.payload;
    const x = hasFields(payload) ? numberOf(payload[name]) : Number.NaN;
    return Number.isNaN(x) ? null : x < k;
  },
  mirrored: () => GREATER,
};

const AT_MOST: Comparison = {
  both: (a, b) => (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return Number.isNaN(x) || Number.isNaN(y) ? null : x <= y;
  },
  toNumber: (a, k) => (scope) => {
    const x = numberOf(a(scope));
    return Number.isNaN(x) ? null : x <= k;
  },
  fieldToNumber: (name, k) => (scope) => {
    const payload = scope.payload;
    const x = hasFields(payload) ? numberOf(payload[name]) : Number.NaN;
    return Number.isNaN(x) ? null : x <= k;
  },
  mirrored: () => AT_LEAST,
};

const GREATER: Comparison = {
  both: (a, b) => (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return Number.isNaN(x) || Number.isNaN(y) ? null : x > y;
  },
  toNumber: (a, k) => (scope) => {
    const x = numberOf(a(scope));
    return Number.isNaN(x) ? null : x > k;
  },
  fieldToNumber: (name, k) => (scope) => {
    const payload = scope.payload;
    const x = hasFields(payload) ? numberOf(payload[name]) : Number.NaN;
    return Number.isNaN(x) ? null : x > k;
  },
  mirrored: () => LESS,
};

const AT_LEAST: Comparison = {
  both: (a, b) => (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return Number.isNaN(x) || Number.isNaN(y) ? null : x >= y;
  },
  toNumber: (a, k) => (scope) => {
    const x = numberOf(a(scope));
    return Number.isNaN(x) ? null : x >= k;
  },
  fieldToNumber: (name, k) => (scope) => {
    const payload = scope.payload;
    const x = hasFields(payload) ? numberOf(payload[name]) : Number.NaN;
    return Number.isNaN(x) ? null : x >= k;
  },
  mirrored: () => AT_MOST,
};

function ascending(a: Getter, b: Getter, c: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    const z = numberOf(c(scope));
    return Number.isNaN(x) || Number.isNaN(y) || Number.isNaN(z) ? null : x < y && y < z;
  };
}

function notDescending(a: Getter, b: Getter, c: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    const z = numberOf(c(scope));
    return Number.isNaN(x) || Number.isNaN(y) || Number.isNaN(z) ? null : x <= y && y <= z;
  };
}
