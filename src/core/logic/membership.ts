import { chargeScan, chargeText } from './budget.ts';
import type { Call } from './call.ts';
import type { Getter, LogicScope } from './getter.ts';
import { isList, textOf, toText } from './value.ts';

/** `x in l`: JSON-logic's membership, of an element in a list as `===` compares, or of a part in a text. */
export function buildIn(call: Call): Getter {
  const { value } = call.operand(1);
  if (!isList(value)) return isIn(call.get(0), call.get(1));
  const otherwise = value.includes(null) ? null : false;
  return value.length > FEW ? inMany(call.get(0), new Set(value), otherwise) : inFew(call.get(0), value, otherwise);
}

/** `contains(l, x)`, `contains(s, part)`: as a text function, so numbers are their text and mappings unknown. */
export function contains(whole: unknown, part: unknown, scope: LogicScope): boolean | null {
  if (isList(whole)) return has(whole, part, scope);
  const text = textOf(whole);
  const piece = textOf(part);
  return text === undefined || piece === undefined ? null : chargeText(scope, text).includes(piece);
}

/** Up to so many elements, looking at each is as fast as hashing. */
const FEW = 8;

function inFew(a: Getter, list: readonly unknown[], otherwise: boolean | null): Getter {
  return (scope) => {
    const x = a(scope);
    if (x === null) return null;
    return list.indexOf(x) === -1 ? otherwise : true; // Twice as fast as `includes` on a list this short.
  };
}

function inMany(a: Getter, set: ReadonlySet<unknown>, otherwise: boolean | null): Getter {
  return (scope) => {
    const x = a(scope);
    if (x === null) return null;
    return set.has(x) ? true : otherwise;
  };
}

function isIn(a: Getter, b: Getter): Getter {
  return (scope) => {
    const x = a(scope);
    const whole = b(scope);
    if (x === null || whole === null) return null;
    if (isList(whole)) return has(whole, x, scope);
    // Nothing is in an empty text, not even an empty one: json-logic-js takes it for "no text".
    return typeof whole === 'string' && whole !== '' && chargeText(scope, whole).includes(toText(x, scope));
  };
}

/** What is not found among elements that are not all known may be one of those. */
function has(list: readonly unknown[], x: unknown, scope: LogicScope): boolean | null {
  chargeScan(scope, list.length);
  if (list.includes(x)) return true;
  return list.includes(null) ? null : false;
}
