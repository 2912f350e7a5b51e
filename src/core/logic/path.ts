import { exceed, MAX_PATH_LENGTH, MAX_PATH_STEPS } from './budget.ts';
import type { Getter, LogicScope } from './getter.ts';
import { toText } from './value.ts';

/**
 * Reading fields of payload data: own properties only. What a built-in prototype would answer for (`constructor`, `map`)
 * is looked up as an own property; all other names cannot be inherited by JSON data and are simply read.
 *
 * The getters that rules use most read for themselves instead of sharing a function: V8 remembers for each place in the
 * code which names it reads, and gives up where it is all of them. That makes small sets of rules half as fast again.
 */

/** Any value but null and undefined can be asked for a property, texts and numbers too. */
export interface Fields {
  readonly [name: string]: unknown;
}

/** Whether a value can be asked for a property without an error. */
export function hasFields(value: unknown): value is Fields {
  return value !== null && value !== undefined;
}

/** A field of a value, undefined if it has none; for any name. */
export function ownField(value: unknown, name: string): unknown {
  return hasFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Whether a built-in prototype has something of that name. */
export function isInherited(name: string): boolean {
  return INHERITED.has(name);
}

/** What is read becomes the value of an expression: there is no undefined and no infinity (which JSON's `1e999` is). */
export function known(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return value === undefined ? null : value;
}

/** The field of the payload. */
export function payloadField(name: string): Getter {
  return (scope) => {
    const payload = scope.payload;
    return hasFields(payload) ? known(payload[name]) : null;
  };
}

/** The field of a field of the payload. */
export function payloadField2(name: string, next: string): Getter {
  return (scope) => {
    const payload = scope.payload;
    const field = hasFields(payload) ? payload[name] : null;
    return hasFields(field) ? known(field[next]) : null;
  };
}

/** The field of an iterator's element. */
export function elementField(index: number, name: string): Getter {
  return (scope) => {
    const element = scope.items[index];
    return hasFields(element) ? known(element[name]) : null;
  };
}

/** The field of a field of an iterator's element. */
export function elementField2(index: number, name: string, next: string): Getter {
  return (scope) => {
    const element = scope.items[index];
    const field = hasFields(element) ? element[name] : null;
    return hasFields(field) ? known(field[next]) : null;
  };
}

/** A path below a value: each step, and what to answer where it leads nowhere. */
export function descend(base: Getter, steps: readonly string[], otherwise: Getter): Getter {
  return steps.some(isInherited) ? ownPath(base, steps, otherwise) : plainPath(base, steps, otherwise);
}

/** A path that is itself computed, below a value; an empty one is the value. */
export function descendComputed(base: Getter, path: Getter, otherwise: Getter): Getter {
  return (scope) => {
    const value = path(scope);
    if (value === null) return null;
    const found = follow(base(scope), value, scope);
    return found === undefined ? otherwise(scope) : known(found);
  };
}

/** What a path leads to from a value, undefined if nowhere. Throws BudgetError for a path that is too long. */
export function follow(value: unknown, path: unknown, scope: LogicScope): unknown {
  if (path === '') return value; // An empty list has no text either, but is no empty path.
  const steps = splitPath(toText(path, scope)) ?? exceed('path');
  let found = value;
  for (const step of steps) found = ownField(found, step);
  return found;
}

/** The steps of a path, undefined if it is too long. */
export function splitPath(path: string): readonly string[] | undefined {
  if (path.length > MAX_PATH_LENGTH) return undefined;
  const steps = path.split('.');
  return steps.length > MAX_PATH_STEPS ? undefined : steps;
}

function plainPath(base: Getter, steps: readonly string[], otherwise: Getter): Getter {
  return (scope) => {
    let found = base(scope);
    for (const step of steps) found = hasFields(found) ? found[step] : undefined;
    return found === undefined ? otherwise(scope) : known(found);
  };
}

function ownPath(base: Getter, steps: readonly string[], otherwise: Getter): Getter {
  return (scope) => {
    let found = base(scope);
    for (const step of steps) found = ownField(found, step);
    return found === undefined ? otherwise(scope) : known(found);
  };
}

const INHERITED: ReadonlySet<string> = new Set(
  [Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype]
    .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
    .filter((name) => name !== 'length'), // Lists and texts have their own, and no other data inherits one.
);
