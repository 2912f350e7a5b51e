import { CONSTANT, MESSAGE, type Operand } from './call.ts';
import type { Getter } from './getter.ts';
import { constant } from './strict.ts';

/** Where an operator has no operand that is a body of iterations. */
export const NO_BODY = -1;

/** An operand that is the same for every message. */
export function fixed(logic: unknown, value: unknown): Operand {
  return { logic, get: constant(value), reach: CONSTANT, value, field: undefined, broken: false };
}

/** An operand with something wrong in it, which has been reported. */
export function broken(logic: unknown): Operand {
  return { logic, get: constant(null), reach: MESSAGE, value: undefined, field: undefined, broken: true };
}

/** What operands at this depth depend on together. Outside of an iterator nothing depends on its element. */
export function lowest(operands: readonly Operand[], depth: number, body = NO_BODY): number {
  let lowest = CONSTANT;
  for (const [index, { reach }] of operands.entries()) {
    if (reach < lowest && !(index === body && reach > depth)) lowest = reach;
  }
  return lowest;
}

/** Makes a list of what the getters answer. */
export function listOf(getters: readonly Getter[]): Getter {
  return (scope) => {
    const list: unknown[] = [];
    for (const get of getters) list.push(get(scope));
    return list;
  };
}
