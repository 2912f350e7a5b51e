import { boundedList, charge } from './budget.ts';
import type { Call } from './call.ts';
import type { Getter, LogicScope } from './getter.ts';
import { follow } from './path.ts';
import { constant } from './strict.ts';
import { isList, numberOf } from './value.ts';
import { readPath, readWhole, UNKNOWN } from './variable.ts';

/** `{"missing": ["a", "b"]}`, or one operand that is a list of keys. What data says is a key at most, never logic. */
export function buildMissing(call: Call): Getter {
  const logics = call.operands.map((operand) => operand.logic);
  const [first] = logics;
  if (isList(first) && first.every(isKey)) return missingOfPaths(first, call);
  if (logics.every(isKey)) return missingOfPaths(logics, call);
  return missingOfKeys(call.count === 1 ? call.get(0) : keysOf(call.getters()), call);
}

/** `{"missing_some": [1, ["a", "b"]]}`: nothing is missing if so many are there. */
export function buildMissingSome(call: Call): Getter {
  const { logic, get } = call.operand(1);
  if (typeof logic !== 'object' || logic === null) {
    const hint = 'Write {"missing_some": [1, ["a", "b"]]}';
    call.error('not-a-list', 'missing_some takes a number and a list of names', { operand: 1, hint });
  }
  const missing = isList(logic) && logic.every(isKey) ? missingOfPaths(logic, call) : missingOfKeys(get, call);
  return unlessEnough(call.get(0), get, missing);
}

type Key = string | number;

function isKey(logic: unknown): logic is Key {
  return typeof logic === 'string' || typeof logic === 'number';
}

/** Keys that are written down mean what they mean elsewhere in the expression. */
function missingOfPaths(keys: readonly Key[], call: Call): Getter {
  const getters = keys.map((key) => readPath(String(key), call, UNKNOWN).get);
  return keys.length === 0 ? constant([]) : without(keys, getters);
}

function without(keys: readonly Key[], getters: readonly Getter[]): Getter {
  return (scope) => keys.filter((_, index) => isMissing(getters[index]?.(scope)));
}

/** Keys that are computed are paths into the payload, or into the element. */
function missingOfKeys(keys: Getter, call: Call): Getter {
  return withoutComputed(keys, readWhole(call));
}

function withoutComputed(keys: Getter, whole: Getter): Getter {
  return (scope) => {
    const given = keys(scope);
    if (given === null) return null;
    const list: readonly unknown[] = isList(given) ? given : [given];
    if (list.includes(null)) return null;
    charge(scope, list.length);
    const value = whole(scope);
    return boundedList(list.filter((key) => isMissing(follow(value, key, scope))));
  };
}

function unlessEnough(needed: Getter, keys: Getter, missing: Getter): Getter {
  return (scope) => {
    const count = numberOf(needed(scope));
    const all = keys(scope);
    const absent = missing(scope);
    if (Number.isNaN(count) || !isList(all) || !isList(absent)) return null;
    return all.length - absent.length >= count ? [] : absent;
  };
}

/** Several operands: if the first is a list it is the list of keys, and the others say nothing. */
function keysOf(getters: readonly Getter[]): Getter {
  return (scope: LogicScope) => {
    const keys = getters.map((get) => get(scope));
    return isList(keys[0]) ? keys[0] : keys;
  };
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}
