import { boundKey } from '../core/program.ts';
import type { LookupSpec } from '../core/lookup.ts';
import type { Expression } from '../core/scope.ts';
import { NEVER } from '../core/stage.ts';

/** A lookup as a rule knows it: where its table stands in the program is settled when the program is made. */
export interface NamedLookup {
  readonly spec: LookupSpec;
  /** For each bound wildcard of the lookup: which of the rule's captures fills it in. */
  readonly from: readonly number[];
}

/** The milliseconds since a named input came. */
export function ageOfInput(port: number): Expression {
  return ({ updatedAt, now }) => {
    const at = updatedAt[port] ?? NEVER;
    return at === NEVER ? null : now - at;
  };
}

/** What a lookup holds for the captures of the message. */
export function lookupValue({ spec, from }: NamedLookup): Expression {
  return (scope) => {
    const bound =
      from.length === 1 ? (scope.captures[from[0] ?? 0] ?? '') : boundKey(from.map((i) => scope.captures[i] ?? ''));
    return scope.tables.get(spec.id)?.value(bound, scope.now) ?? null;
  };
}
