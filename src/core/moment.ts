import type { Envelope, QoS } from './event.ts';
import { NO_EVENT } from './no-event.ts';
import type { Scope, WindowBounds } from './scope.ts';

/**
 * What the names of a rule meant at one message: kept by what acts later, when a timer does. Plain data, flat, and small:
 * there may be one for every key. It is the envelope of its message.
 */
export interface Moment extends Envelope {
  readonly broker: string;
  readonly topic: string;
  readonly at: number;
  readonly qos: QoS;
  readonly retained: boolean;
  readonly hops: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly captures: readonly string[];
  readonly payload: unknown;
  readonly message: unknown;
  readonly previous: unknown;
  readonly lets: readonly unknown[];
  readonly lastKnown: readonly unknown[];
  readonly measured: readonly unknown[];
  /** Of a result of a window. */
  readonly window: WindowBounds | null;
  readonly aggregates: readonly unknown[];
}

const NOTHING: readonly unknown[] = [];

/** The moment of the message that the scope is filled with. */
export function momentOf(scope: Scope): Moment {
  const { event } = scope;
  return {
    broker: event.broker,
    topic: event.topic,
    at: event.at,
    qos: event.qos,
    retained: event.retained,
    hops: event.hops,
    properties: event.properties,
    captures: scope.captures,
    payload: scope.payload,
    message: scope.message,
    previous: scope.previous,
    lets: first(scope.letCount, scope.lets),
    lastKnown: first(scope.measuredCount, scope.lastKnown),
    measured: first(scope.measuredCount, scope.measured),
    window: scope.window,
    aggregates: first(scope.aggregateCount, scope.aggregates),
  };
}

/** The moment of the message that the scope is filled with, in the place of one that nobody else holds. */
export function momentInto(moment: Moment | null, scope: Scope): Moment {
  if (moment === null || scope.letCount > 0 || scope.measuredCount > 0) return momentOf(scope);
  const { event } = scope;
  const own = moment as { -readonly [K in keyof Moment]: Moment[K] }; // Nobody else holds it.
  own.broker = event.broker;
  own.topic = event.topic;
  own.at = event.at;
  own.qos = event.qos;
  own.retained = event.retained;
  own.hops = event.hops;
  own.properties = event.properties;
  own.captures = scope.captures;
  own.payload = scope.payload;
  own.message = scope.message;
  own.previous = scope.previous;
  return own;
}

/** The moment of a key that has had no message. */
export function momentWithout(captures: readonly string[], at: number): Moment {
  return {
    ...NO_EVENT,
    at,
    captures,
    payload: null,
    message: null,
    previous: null,
    lets: NOTHING,
    lastKnown: NOTHING,
    measured: NOTHING,
    window: null,
    aggregates: NOTHING,
  };
}

/** Let names mean what they meant then. The time, memory, lookups and the state of the rule are those of now. */
export function recall(moment: Moment, scope: Scope): void {
  scope.event = moment;
  scope.captures = moment.captures;
  scope.payload = moment.payload;
  scope.message = moment.message;
  scope.previous = moment.previous;
  fill(scope.lets, moment.lets);
  fill(scope.lastKnown, moment.lastKnown);
  fill(scope.measured, moment.measured);
  scope.window = moment.window;
  scope.aggregateCount = moment.aggregates.length;
  fill(scope.aggregates, moment.aggregates);
}

/** The first ones: behind them may be what other rules have left. */
function first(count: number, values: readonly unknown[]): readonly unknown[] {
  return count === 0 ? NOTHING : values.slice(0, count);
}

function fill(into: unknown[], values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) into[i] = values[i];
}
