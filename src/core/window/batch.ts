import type { Aggregator, Span } from '../aggregates/aggregator.ts';
import { MAX_WINDOW_MESSAGES } from '../logic/budget.ts';
import { momentInto, type Moment } from '../moment.ts';
import type { Scope } from '../scope.ts';
import type { Out } from '../stage.ts';
import type { AggregateNode, Aggregation } from './aggregation.ts';
import { passResult } from './result.ts';

/** Where a window begins and ends. Windows that lie on the clock share theirs, which do not change. */
export interface Bounds {
  start: number;
  end: number;
}

/** What functions carry over to later windows, each in its place; null while none does. */
export type Carried = unknown[] | null;

/** The messages of a window, or of a part of one, gathered while they come. Plain JSON. */
export interface Batch {
  bounds: Bounds;
  count: number;
  /** One of them was live. */
  live: boolean;
  /** What each function has of them. */
  states: unknown[];
  /** The latest of them, where the result may be handed on with another. */
  latest: Moment | null;
}

/** A batch before its first message. */
export function emptyBatch({ nodes }: Aggregation, bounds: Bounds): Batch {
  return {
    bounds,
    count: 0,
    live: false,
    states: nodes.map(({ column, gathering }) => (column === -1 ? null : gathering.over.init())),
    latest: null,
  };
}

/** Gather what the operands are at one more message. */
export function gather(
  batch: Batch,
  { nodes }: Aggregation,
  at: number,
  values: readonly unknown[],
  live: boolean,
): void {
  batch.count++;
  if (live) batch.live = true;
  for (let i = 0; i < nodes.length; i++) {
    const { column, gathering } = nodes[i] as AggregateNode; // Below the length.
    const value = column === -1 ? null : values[column];
    if (value !== null) batch.states[i] = gathering.over.add(batch.states[i], value, at);
  }
}

/** Gather the message that the scope is filled with, and keep it as the latest. */
export function gatherLatest(
  batch: Batch,
  aggregation: Aggregation,
  at: number,
  values: readonly unknown[],
  scope: Scope,
  out: Out,
): void {
  gather(batch, aggregation, at, values, scope.live);
  batch.latest = momentInto(batch.latest, scope, aggregation.readsPayload);
  tellIfFull(batch, aggregation, out);
}

/** Functions that keep values keep the latest ones. */
export function tellIfFull({ count }: Batch, { nodes }: Aggregation, out: Out): void {
  if (count <= MAX_WINDOW_MESSAGES || !nodes.some(({ gathering }) => gathering.over.keeps === true)) return;
  out.fail('window_full', `a window has more than ${MAX_WINDOW_MESSAGES} messages: the oldest values make room`);
}

/** Put the messages of batches, which follow each other, together. */
export function merged(batches: readonly Batch[], aggregation: Aggregation, bounds: Bounds): Batch {
  const [first] = batches;
  if (first !== undefined && batches.length === 1) return { ...first, bounds };
  const whole = emptyBatch(aggregation, bounds);
  for (const { count, live, states, latest } of batches) {
    whole.count += count;
    whole.live ||= live;
    whole.latest = latest;
    for (const [i, { column, gathering }] of aggregation.nodes.entries()) {
      if (column !== -1) whole.states[i] = gathering.over.merge(whole.states[i], states[i]);
    }
  }
  return whole;
}

/** What the functions have gathered; `before` is what they carried over from earlier windows. */
export function gathered({ count, states, bounds }: Batch, { nodes }: Aggregation, before: Carried): unknown[] {
  const { end } = bounds;
  return nodes.map(({ column, gathering }, i) => {
    const span: Span = { end, before: before?.[i] ?? null };
    return column === -1 ? count : gathering.over.result(states[i], span);
  });
}

/** What the functions carry over to later windows, from what this one was told and what it saw. */
export function carried({ states }: Batch, { nodes }: Aggregation, before: Carried): Carried {
  let after = before;
  for (let i = 0; i < nodes.length; i++) {
    const over: Aggregator = (nodes[i] as AggregateNode).gathering.over; // Below the length.
    if (over.carry === undefined) continue;
    after ??= nodes.map(() => null);
    after[i] = over.carry(states[i], after[i] ?? null);
  }
  return after;
}

/** Hand a batch on as the result of a window. */
export function passBatch(batch: Batch, values: readonly unknown[], live: boolean, scope: Scope, out: Out): void {
  const { bounds, count, latest } = batch;
  passResult({ start: bounds.start, end: bounds.end, count, values, latest, live, leaving: false }, scope, out);
}
