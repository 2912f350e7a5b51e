import type { Gathering, OperandKind } from '../aggregates/aggregator.ts';
import { numberOf, truthy } from '../logic/value.ts';
import type { Expression, Scope } from '../scope.ts';

/** One operand of aggregating functions: worked out for each message, whatever the number of functions that use it. */
export interface Operand {
  /** Equal for equal ones. */
  readonly id: string;
  readonly kind: OperandKind;
  readonly get: Expression;
}

/** One use of an aggregating function. */
export interface AggregateNode {
  /** Equal for equal ones. */
  readonly id: string;
  /** The place of its operand; -1 for `count()`, which has none. */
  readonly column: number;
  readonly gathering: Gathering;
}

/** All that a rule gathers over its windows. */
export interface Aggregation {
  readonly operands: readonly Operand[];
  readonly nodes: readonly AggregateNode[];
  /** What comes after the window reads the payload of its latest message, which is kept for that. */
  readonly readsPayload: boolean;
}

/** What the operands are at the message that the scope is filled with; null where one is unknown. */
export function readOperands({ operands }: Aggregation, scope: Scope, into: unknown[]): void {
  for (let i = 0; i < operands.length; i++) {
    const { kind, get } = operands[i] as Operand; // Below the length.
    into[i] = read(kind, get(scope));
  }
}

function read(kind: OperandKind, value: unknown): unknown {
  switch (kind) {
    case 'number': {
      const number = numberOf(value);
      return Number.isNaN(number) ? null : number;
    }
    case 'value':
      return value;
    case 'known':
      return value === null ? null : 1;
    case 'true':
      return value !== null && truthy(value) ? 1 : null;
  }
}

/** What tells that old state of a window is of the same functions, in the same order. */
export function idOf({ nodes }: Aggregation): string {
  return nodes.map(({ id }) => id).join(' ');
}
