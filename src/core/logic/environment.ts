import type { Getter, LogicScope } from './getter.ts';
import type { Zone } from './zone.ts';

/** What stands around an expression: which names it sees besides the fields of the payload, and what it may ask. */
export interface Environment<S extends LogicScope = LogicScope> {
  /** The zone of `hour`, `weekday` and the like. */
  readonly zone: Zone;
  /** What the first step of a path means; a text: why it has no meaning here; undefined: it is a field of the payload. */
  name(head: string): NameGetter<S> | string | undefined;
  /** Told that the payload is read: a field, or all of it. */
  readsPayload?(): void;
  /** A time of day that is on no clock, or why that has no meaning here. Undefined: the text is about something else. */
  sunTime?(text: string): SunTime | SunTimeFault | undefined;
  /**
   * Builds an operator that knows more than the message: the getter, or the reason why it has no meaning here. Without
   * this, these operators are refused.
   */
  contextual?(operator: ContextualOperator, argument: ContextualArgument<S>): Getter<S> | string;
  /** Functions that gather what their operand is at several messages. They come before operators of their name. */
  readonly gatherings?: Gatherings<S>;
}

/** What the sun does, and so many milliseconds later or, below 0, earlier. Moments are epoch milliseconds. */
export interface SunTime {
  /** What it does: equal for the same. */
  readonly event: string;
  readonly offset: number;
  /** When it last did so, at or before a moment; NaN if it is not to be known. */
  readonly latest: (at: number) => number;
  /** When it does so next, after a moment. */
  readonly next: (after: number) => number;
  /** Whether it stands as it does after this, where it does it on no day; null if that is not to be told. */
  readonly isPast: (at: number) => boolean | null;
}

/** Why a text names no time of the sun, and what to write instead. */
export interface SunTimeFault {
  readonly message: string;
  readonly hint: string;
}

/** Builds functions that gather. */
export interface Gatherings<S extends LogicScope = LogicScope> {
  /** Whether one of them is called so and takes so many operands. */
  takes(name: string, operands: number): boolean;
  /** The getter of what was gathered, or the reason why it cannot be. */
  build(name: string, operands: readonly GatheredOperand<S>[]): Getter<S> | string;
}

/** What is to be gathered: the operand as logic, and compiled. */
export interface GatheredOperand<S extends LogicScope = LogicScope> {
  readonly logic: unknown;
  readonly get: Getter<S>;
  /** The value of a constant; undefined for all else. */
  readonly value: unknown;
}

/** A name's value; `constant` if it is the same for every message, so that expressions of it are computed once. */
export interface NameGetter<S extends LogicScope = LogicScope> {
  readonly get: Getter<S>;
  readonly constant: boolean;
}

/** An operator whose answer depends on what the rule saw before. */
export type ContextualOperator = 'changed' | 'delta' | 'age';

/** What such an operator is about. */
export interface ContextualArgument<S extends LogicScope = LogicScope> {
  readonly logic: unknown;
  readonly get: Getter<S>;
  readonly insideIterator: boolean;
}
