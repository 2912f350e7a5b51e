import type { Call } from './call.ts';
import { boundedList, chargeScan } from './budget.ts';
import type { Getter, LogicScope } from './getter.ts';
import { buildMissing, buildMissingSome } from './missing.ts';
import { MANY, type Operator } from './operator.ts';
import { known, ownField } from './path.ts';
import { unary, variadic } from './strict.ts';
import { isList, isMapping } from './value.ts';
import { buildVar } from './variable.ts';

/** Getting at values: by name, by index, and asking whether and what they are. */
export const ACCESS: readonly Operator[] = [
  {
    name: 'var',
    arity: [0, 2],
    signature: 'name.field',
    summary: 'The value of a name or a field; the second operand if there is no such field; "" is the whole payload.',
    example: { logic: { var: 'sensor.temperature' }, payload: { sensor: { temperature: 21.5 } }, result: 21.5 },
    build: buildVar,
  },
  {
    name: 'val',
    arity: [2, MANY],
    signature: 'val(a, i…)',
    summary: 'An element of a list or a field of a mapping, by an index or key that may be computed.',
    example: { logic: { val: [{ var: 'relays' }, 1, 'on'] }, payload: { relays: [{}, { on: true }] }, result: true },
    build: variadic(elementOf),
  },
  {
    name: 'exists',
    arity: [1, 1],
    signature: 'exists(x)',
    summary: 'Whether x is known; never unknown itself.',
    example: { logic: { exists: { var: 'battery' } }, payload: { battery: null }, result: false },
    build: buildExists,
  },
  {
    name: '??',
    arity: [2, 2],
    signature: 'a ?? b',
    summary: 'The first operand if it is known, else the second.',
    example: { logic: { '??': [{ var: 'battery' }, 100] }, payload: {}, result: 100 },
    build: (call) => either(call.get(0), call.get(1)),
    surplusHint: 'Nest them: {"??": [a, {"??": [b, c]}]}',
  },
  {
    name: 'missing',
    arity: [0, MANY],
    signature: 'missing("a", "b", …)',
    summary: 'Those of the names whose value is unknown or an empty text.',
    example: { logic: { missing: ['temperature', 'humidity'] }, payload: { temperature: 20 }, result: ['humidity'] },
    build: buildMissing,
  },
  {
    name: 'missing_some',
    arity: [2, 2],
    signature: 'missing_some(n, names)',
    summary: 'An empty list if at least n of the names have a value, else those that have none.',
    example: { logic: { missing_some: [1, ['lat', 'lon']] }, payload: { lat: 52 }, result: [] },
    build: buildMissingSome,
  },
  {
    name: 'type',
    arity: [1, 1],
    signature: 'type(x)',
    summary: 'What x is: "boolean", "number", "string", "array" or "object".',
    example: { logic: { type: { var: 'value' } }, payload: { value: '21.5' }, result: 'string' },
    build: unary((value) => (isList(value) ? 'array' : typeof value)),
  },
  {
    name: 'keys',
    arity: [1, 1],
    signature: 'keys(m)',
    summary: 'The keys of a mapping.',
    example: {
      logic: { keys: { var: 'rooms' } },
      payload: { rooms: { hall: 20, bath: 23 } },
      result: ['hall', 'bath'],
    },
    build: unary((value, scope) => (isMapping(value) ? listed(Object.keys(value), scope) : null)),
  },
  {
    name: 'values',
    arity: [1, 1],
    signature: 'values(m)',
    summary: 'The values of a mapping.',
    example: { logic: { values: { var: 'rooms' } }, payload: { rooms: { hall: 20, bath: 23 } }, result: [20, 23] },
    build: unary((value, scope) => (isMapping(value) ? listed(Object.values(value), scope) : null)),
  },
  {
    name: 'entries',
    arity: [1, 1],
    signature: 'entries(m)',
    summary: 'The keys and values of a mapping, or the indexes and elements of a list, as a list of {key, value}.',
    example: {
      logic: { entries: { var: 'rooms' } },
      payload: { rooms: { hall: 20 } },
      result: [{ key: 'hall', value: 20 }],
    },
    build: unary(entriesOf),
  },
];

function elementOf(values: readonly unknown[]): unknown {
  let found = values[0];
  for (let i = 1; i < values.length; i++) {
    const key = values[i];
    if (typeof key !== 'string' && typeof key !== 'number') return null;
    found = ownField(found, String(key));
  }
  return known(found);
}

function buildExists(call: Call): Getter {
  if (typeof call.operand(0).logic === 'string') {
    const { logic } = call.operand(0);
    call.error('exists-of-text', 'a text is always known', {
      operand: 0,
      hint: `exists(${String(logic)}), without quotes, asks for the value of that name: {"exists": {"var": "${String(logic)}"}}`,
    });
  }
  return isKnown(call.get(0));
}

function isKnown(get: Getter): Getter {
  return (scope) => get(scope) !== null;
}

function either(a: Getter, b: Getter): Getter {
  return (scope) => a(scope) ?? b(scope);
}

function listed<T>(list: readonly T[], scope: LogicScope): readonly T[] {
  chargeScan(scope, list.length);
  return boundedList(list);
}

function entriesOf(value: unknown, scope: LogicScope): unknown {
  if (isList(value)) return listed(value, scope).map((element, i) => ({ key: i, value: element }));
  if (!isMapping(value)) return null;
  return listed(Object.entries(value), scope).map(([key, entry]) => ({ key, value: entry }));
}
