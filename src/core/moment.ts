import type { Manner } from './event.ts';
import { NO_EVENT } from './no-event.ts';
import type { Scope, WindowBounds } from './scope.ts';

/**
 * What the names of a rule meant at one message: kept by what acts later, when a timer does. Plain data, and small: there
 * may be one for every key. What is the same for most messages stands apart, so that they share it or do without.
 */
export interface Moment {
  readonly topic: string;
  readonly at: number;
  readonly manner: Manner;
  readonly captures: readonly (string | null)[];
  readonly payload: unknown;
  /** Null where it would say nothing. */
  readonly more: More | null;
}

/** What only some rules ask for. */
interface More {
  readonly message: unknown;
  readonly previous: unknown;
  readonly lets: readonly unknown[];
  readonly lastKnown: readonly unknown[];
  readonly measured: readonly unknown[];
  /** Of a result of a window. */
  readonly window: WindowBounds | null;
  readonly aggregates: readonly unknown[];
  /** Of named inputs: the latest payload of each, and when it came. */
  readonly inputs: readonly unknown[];
  readonly updatedAt: readonly number[];
}

const NOTHING: readonly never[] = [];

/** The moment of the message that the scope is filled with. */
export function momentOf(scope: Scope, readsPayload = true): Moment {
  const { topic, at } = scope.event;
  const { captures } = scope;
  const payload = readsPayload ? scope.payload : null;
  return { topic, at, manner: mannerOf(scope), captures, payload, more: moreOf(scope, readsPayload) };
}

/**
 * The moment of the message that the scope is filled with, in the place of one that nobody else holds. Where nobody is to
 * read its payload, that is left out: it would be most of what a key has to keep.
 */
export function momentInto(moment: Moment | null, scope: Scope, readsPayload = true): Moment {
  if (moment === null) return momentOf(scope, readsPayload);
  const { event } = scope;
  const own = moment as { -readonly [K in keyof Moment]: Moment[K] }; // Nobody else holds it.
  if (own.topic !== event.topic) own.topic = event.topic; // An equal text that is kept already is one text less to keep.
  own.at = event.at;
  own.manner = mannerOf(scope);
  own.captures = scope.captures;
  own.payload = readsPayload ? scope.payload : null;
  own.more = moreOf(scope, readsPayload);
  return own;
}

/** The moment of a key that has had no message. */
export function momentWithout(captures: readonly (string | null)[], at: number): Moment {
  const { topic, ...manner } = NO_EVENT;
  return { topic, at, manner, captures, payload: null, more: null };
}

/** The number of rules that the message of a moment has been through, if that is more. */
export function withHops(moment: Moment, hops: number): Moment {
  return hops <= moment.manner.hops ? moment : { ...moment, manner: { ...moment.manner, hops } };
}

/**
 * Let names mean what they meant then. The time, memory, lookups and the state of the rule are those of now; so are named
 * inputs, unless they are `withInputs`.
 */
export function recall({ topic, at, manner, captures, payload, more }: Moment, scope: Scope, withInputs = true): void {
  const { broker, qos, retained, hops, properties } = manner; // Spread out it takes several times as long.
  scope.event = { topic, at, broker, qos, retained, hops, properties };
  scope.captures = captures;
  scope.payload = payload;
  scope.message = more === null ? payload : more.message;
  scope.previous = more === null ? null : more.previous;
  scope.window = more === null ? null : more.window;
  scope.aggregateCount = more === null ? 0 : more.aggregates.length;
  if (more === null) return;
  fill(scope.lets, more.lets);
  fill(scope.lastKnown, more.lastKnown);
  fill(scope.measured, more.measured);
  fill(scope.aggregates, more.aggregates);
  if (!withInputs) return;
  fill(scope.inputs, more.inputs);
  fill(scope.updatedAt, more.updatedAt);
}

/** That of the message before, where this one came in the same: nearly always. */
function mannerOf(scope: Scope): Manner {
  const { broker, qos, retained, hops, properties } = scope.event;
  const { manner } = scope;
  if (
    manner.broker === broker &&
    manner.qos === qos &&
    manner.retained === retained &&
    manner.hops === hops &&
    manner.properties === properties
  )
    return manner;
  scope.manner = { broker, qos, retained, hops, properties };
  return scope.manner;
}

function moreOf(scope: Scope, readsPayload: boolean): More | null {
  const { payload, previous, letCount, measuredCount, window, aggregateCount, inputCount } = scope;
  const message = readsPayload ? scope.message : null;
  if (
    (message === payload || !readsPayload) &&
    previous === null &&
    letCount === 0 &&
    measuredCount === 0 &&
    window === null &&
    aggregateCount === 0 &&
    inputCount === 0
  )
    return null;
  return {
    message,
    previous,
    lets: first(letCount, scope.lets),
    lastKnown: first(measuredCount, scope.lastKnown),
    measured: first(measuredCount, scope.measured),
    window,
    aggregates: first(aggregateCount, scope.aggregates),
    inputs: first(inputCount, scope.inputs),
    updatedAt: first(inputCount, scope.updatedAt),
  };
}

/** The first ones: behind them may be what other rules have left. */
function first<T>(count: number, values: readonly T[]): readonly T[] {
  return count === 0 ? NOTHING : values.slice(0, count);
}

function fill<T>(into: T[], values: readonly T[]): void {
  for (let i = 0; i < values.length; i++) into[i] = values[i] as T; // Below the length.
}
