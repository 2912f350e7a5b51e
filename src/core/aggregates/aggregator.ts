/** What the result of a window is about, besides its values. */
export interface Span {
  /** The end of the window, in milliseconds of the window's own time. */
  readonly end: number;
  /** What the function carried over from what came before the window; null if nothing. */
  readonly before: unknown;
}

/** The values of one operand over the messages of a window, in order of time; null where it is unknown. Plain JSON. */
export interface Column {
  readonly values: readonly unknown[];
  /** When each message was. */
  readonly at: readonly number[];
  /** The place of the oldest known value; behind the end if there is none. What stands before it has left. */
  readonly first: number;
}

/**
 * A function of the values of a window that is filled and then ends. It is given known values only, in order of time.
 * State is plain JSON and belongs to the function, which may change it in place: what it answers is the state from then
 * on. So one that is a mere number needs no object, of which there may be one for every key.
 */
export interface Aggregator<S = unknown, V = unknown> {
  init(): S;
  add(state: S, value: V, at: number): S;
  /** The values of `later` come after those of `state`. `later` stays as it is. */
  merge(state: S, later: S): S;
  /** Null is unknown. */
  result(state: S, span: Span): unknown;
  /** It keeps values: at most MAX_WINDOW_MESSAGES, the latest. */
  readonly keeps?: true;
  /** What the windows after this one are to know of it, given what this one was told. */
  carry?(state: S, before: unknown): unknown;
}

/** The same function over a window that moves on: its oldest values leave, one by one. It changes its state in place. */
export interface Rolling<S = unknown, V = unknown> {
  init(): S;
  add(state: S, value: V, at: number): void;
  /** The oldest value leaves; `next` is when the one after it was, NaN if it was the last. */
  remove(state: S, value: V, at: number, next: number): void;
  result(state: S, column: Column, span: Span): unknown;
}

/** What a function makes of its operand before it is given it: a number, any value, or only whether it is known or true. */
export type OperandKind = 'number' | 'value' | 'known' | 'true';

/** An aggregating function for both kinds of windows. */
export interface Gathering {
  readonly over: Aggregator;
  readonly rolling: Rolling;
}
