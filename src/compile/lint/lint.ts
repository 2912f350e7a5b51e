import type { Names, Place } from '../names.ts';
import { variableName } from '../variable-name.ts';
import { walkLogic } from '../walk-logic.ts';
import { COMPARISON_CHECKS } from './comparisons.ts';
import { FIELD_CHECKS } from './fields.ts';
import { FUNCTION_CHECKS } from './functions.ts';
import type { Check, Suspect } from './seen.ts';

/** Something in an expression that is allowed, and probably not meant. */
export interface Suspicion {
  readonly node: object;
  /** From the root of the logic. */
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const CHECKS: readonly Check[] = [...FUNCTION_CHECKS, ...COMPARISON_CHECKS, ...FIELD_CHECKS];

/** Look through the logic of an expression for what compiles, but is probably not meant. */
export function lintLogic(logic: unknown, names: Names, place: Place): Suspicion[] {
  const found: Suspicion[] = [];
  const hasPayload = names.hasPayload || names.inWait || place === 'lookup';
  walkLogic(logic, (node, operator, operands, path) => {
    const [first, second] = [variableName(operands[0]), variableName(operands[1])];
    const seen = { node, operator, operands, first, second, names, place, hasPayload };
    const suspect: Suspect = (code, message, hint) => found.push({ node, path: [...path], code, message, hint });
    for (const check of CHECKS) check(seen, suspect);
  });
  return found;
}
