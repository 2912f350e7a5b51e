import { AGGREGATES } from '../core/aggregates/functions.ts';
import { printExpression } from '../spec/expression/print.ts';
import type { Names, Place } from './names.ts';
import { variableName } from './variable-name.ts';
import { walkLogic } from './walk-logic.ts';

/** Something in an expression that is allowed, and probably not meant. */
export interface Suspicion {
  readonly node: object;
  /** From the root of the logic. */
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Look through the logic of an expression for what compiles, but is probably not meant. */
export function lintLogic(logic: unknown, names: Names, place: Place): Suspicion[] {
  const found: Suspicion[] = [];
  walkLogic(logic, (node, operator, operands, path) => {
    const first = variableName(operands[0]);
    const second = variableName(operands[1]);
    if (TAKES_A_MAPPING.has(operator) && first !== null && isBound(first, names)) {
      const message = `\`${first}\` is one value here, because its wildcards are named like the trigger's`;
      const hint = `To get a mapping of all, give the wildcard in \`with\` a name of its own`;
      found.push({ node, path: [...path], code: 'bound-lookup', message, hint });
    }
    if (COMPARES.has(operator) && second !== null && /^[A-Z]{2,}$/.test(second) && !names.has(second)) {
      const message = `${second} is read as a field of the payload`;
      found.push({ node, path: [...path], code: 'bare-text', message, hint: `If it is a text, quote it: "${second}"` });
    }
    const one = operands.length === 1 || !LISTS.has(operator) ? headOf(first) : null;
    if (
      place === 'rule' &&
      names.hasWindow &&
      !names.inLate &&
      AGGREGATES.has(operator) &&
      one !== null &&
      !names.has(one)
    ) {
      const message = `${operator}() is of a list in the latest message here, not of the messages of the window`;
      const hint = `Gather it, such as aggregate: { value: ${printExpression(node)} }, and use that name here`;
      found.push({ node, path: [...path], code: 'not-gathered', message, hint });
    }
    const field = operator === 'var' ? headOf(operands[0]) : null;
    if (field !== null && names.sentFields.has(field) && place !== 'lookup' && names.has(field)) {
      const message = `\`${field}\` is ${names.describe(field)} here, and hides the field \`${field}\` of the payload that a test sends`;
      const hint = `For the field write payload.${field}`;
      found.push({ node, path: [...path], code: 'hidden-field', message, hint });
    }
    if (field !== null && !names.hasPayload && place !== 'lookup' && !names.has(field)) {
      const message = `\`${field}\` is read as a field of the payload, and a tick of a schedule has none: it is always unknown`;
      found.push({
        node,
        path: [...path],
        code: 'no-payload',
        message,
        hint: 'To look at the latest payload of a topic, name it in with:',
      });
    }
    if (operator === 'var' && first === null && typeof operands[0] === 'string') {
      const name = operands[0];
      if (NOT_FIELDS.has(name) && !names.has(name)) {
        const message = `\`${name}\` is read as a field of the payload`;
        found.push({
          node,
          path: [...path],
          code: 'bare-function',
          message,
          hint: `The function is ${name}(); for the field write payload.${name}`,
        });
      }
    }
  });
  return found;
}

/** Functions of lists that, with several operands, are of these instead. */
const LISTS: ReadonlySet<string> = new Set(['min', 'max']);

/** The first name of a path such as `a.b` or `a[0]`. */
function headOf(path: unknown): string | null {
  return typeof path === 'string' ? (/^[^.[]+/.exec(path)?.[0] ?? null) : null;
}

const TAKES_A_MAPPING = new Set(['keys', 'values', 'entries']);
const COMPARES = new Set(['==', '!=', '===', '!==']);
const NOT_FIELDS = new Set(['hour', 'weekday']);

function isBound(name: string, names: Names): boolean {
  const lookup = names.lookups.get(name);
  return lookup !== undefined && lookup.spec.open.length === 0 && lookup.spec.bound.length > 0;
}
