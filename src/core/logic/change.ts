import { type Build, type Call, MESSAGE } from './call.ts';
import type { ContextualOperator } from './environment.ts';
import type { Getter } from './getter.ts';
import type { Operator } from './operator.ts';
import { constant } from './strict.ts';

/** Operators that know the past of a key or the age of an input; what surrounds the expression builds them. */
export const CHANGE: readonly Operator[] = [
  {
    name: 'changed',
    arity: [1, 1],
    signature: 'changed(x)',
    summary: 'Whether x is known and differs from its last known value for this key; unknown the first time.',
    example: { logic: { changed: { var: 'state' } }, payload: { state: 'ON' }, result: null },
    build: contextual('changed'),
  },
  {
    name: 'delta',
    arity: [1, 1],
    signature: 'delta(x)',
    summary: 'x minus its last known value for this key; unknown the first time.',
    example: { logic: { delta: { var: 'total' } }, payload: { total: 17 }, result: null },
    build: contextual('delta'),
  },
  {
    name: 'age',
    arity: [1, 1],
    signature: 'age(input)',
    summary: 'The milliseconds since an input of the rule was updated.',
    example: { logic: { age: { var: 'lux' } }, result: null },
    build: contextual('age'),
  },
];

function contextual(operator: ContextualOperator): Build {
  return (call) => buildContextual(operator, call);
}

function buildContextual(operator: ContextualOperator, call: Call): Getter {
  const { logic, get } = call.operand(0);
  call.reads(MESSAGE);
  const built = call.environment.contextual?.(operator, { logic, get, insideIterator: call.depth > 0 });
  if (typeof built === 'function') return built;
  call.error('no-context', built ?? `${operator} needs the messages of a rule, and there are none here`);
  return constant(null);
}
