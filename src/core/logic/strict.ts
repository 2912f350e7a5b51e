import type { Build } from './call.ts';
import type { Getter, LogicScope } from './getter.ts';
import { finite, numberOf } from './value.ts';

/**
 * Most operators are functions of known values: an unknown operand makes the result unknown, and the function is not
 * asked. These build such operators from the function alone.
 */

type Unary = (value: unknown, scope: LogicScope) => unknown;
type Binary = (left: unknown, right: unknown, scope: LogicScope) => unknown;
type Ternary = (first: unknown, second: unknown, third: unknown, scope: LogicScope) => unknown;
type Variadic = (values: readonly unknown[], scope: LogicScope) => unknown;
type Numeric = (...numbers: readonly number[]) => number;

/** An operator of one known value. */
export function unary(compute: Unary): Build {
  return (call) => known1(compute, call.get(0));
}

/** An operator of two known values. */
export function binary(compute: Binary): Build {
  return (call) => known2(compute, call.get(0), call.get(1));
}

/** An operator of three known values. */
export function ternary(compute: Ternary): Build {
  return (call) => known3(compute, call.get(0), call.get(1), call.get(2));
}

/** An operator of any number of known values. */
export function variadic(compute: Variadic): Build {
  return (call) => knownAll(compute, call.getters());
}

/** An operator of numbers: an operand that is not numeric is unknown, and so is a result that is no finite number. */
export function numeric(compute: Numeric): Build {
  return (call) => {
    if (call.count === 1) return number1(compute, call.get(0));
    if (call.count === 2) return number2(compute, call.get(0), call.get(1));
    return numbers(compute, call.getters());
  };
}

/** The getter of a value that is the same for every message. */
export function constant(value: unknown): Getter {
  return () => value;
}

function known1(compute: Unary, a: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    return x === null ? null : compute(x, scope);
  };
}

function known2(compute: Binary, a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    return x === null || y === null ? null : compute(x, y, scope);
  };
}

function known3(compute: Ternary, a: Getter, b: Getter, c: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    const y = b(scope);
    const z = c(scope);
    return x === null || y === null || z === null ? null : compute(x, y, z, scope);
  };
}

function knownAll(compute: Variadic, getters: readonly Getter[]): Getter {
  return (scope) => {
    const values: unknown[] = [];
    let allKnown = true;
    for (const get of getters) {
      const value = get(scope);
      if (value === null) allKnown = false;
      values.push(value);
    }
    return allKnown ? compute(values, scope) : null;
  };
}

function number1(compute: Numeric, a: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    return Number.isNaN(x) ? null : finite(compute(x));
  };
}

function number2(compute: Numeric, a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = numberOf(a(scope));
    const y = numberOf(b(scope));
    return Number.isNaN(x) || Number.isNaN(y) ? null : finite(compute(x, y));
  };
}

function numbers(compute: Numeric, getters: readonly Getter[]): Getter {
  return (scope) => {
    const values: number[] = [];
    let allNumeric = true;
    for (const get of getters) {
      const value = numberOf(get(scope));
      if (Number.isNaN(value)) allNumeric = false;
      values.push(value);
    }
    return allNumeric ? finite(compute(...values)) : null;
  };
}
