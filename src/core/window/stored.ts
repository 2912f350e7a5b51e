import { MAX_WINDOW_MESSAGES, MAX_WINDOW_TEXT } from '../logic/budget.ts';
import type { Moment } from '../moment.ts';
import { weightOf } from '../weight.ts';
import type { Aggregation } from './aggregation.ts';
import { emptyBatch, gather, type Batch } from './batch.ts';

/** A message that waits for its window to close, or for its turn. Plain JSON. */
export interface StoredMessage {
  readonly at: number;
  /** What the operands are. */
  readonly values: readonly unknown[];
  readonly live: boolean;
  /** What names meant at it; null where no result can come to be of it. */
  moment: Moment | null;
  weight: number;
}

/** Messages in order of time, those of one time in the order they came. */
export interface Store {
  messages: StoredMessage[];
  weight: number;
}

/** A message to store. */
export function stored(at: number, values: readonly unknown[], live: boolean, moment: Moment): StoredMessage {
  const weight = weightOf(values) + weightOf(moment.payload) + weightOf(moment.more?.lets ?? []);
  return { at, values, live, moment, weight };
}

/** Puts a message in its place, and answers that. */
export function insert(store: Store, message: StoredMessage): number {
  const place = placeAfter(store.messages, message.at);
  store.messages.splice(place, 0, message);
  store.weight += message.weight;
  return place;
}

/** A result cannot be of this message any more, so its names need not be known. */
export function forgetMoment(store: Store, message: StoredMessage): void {
  if (message.moment === null) return;
  message.moment = null;
  store.weight -= message.weight;
  message.weight = weightOf(message.values);
  store.weight += message.weight;
}

/** Takes out the first ones. */
export function takeFirst(store: Store, count: number): StoredMessage[] {
  const taken = store.messages.splice(0, count);
  for (const { weight } of taken) store.weight -= weight;
  return taken;
}

/** Where there are more messages, or they are more to keep than may be, the oldest make room: how many have to go. */
export function surplusOf({ messages, weight }: Store): number {
  let count = Math.max(0, messages.length - MAX_WINDOW_MESSAGES);
  let left = weight;
  for (let i = 0; i < count; i++) left -= messages[i]?.weight ?? 0;
  while (left > MAX_STORED_WEIGHT && count < messages.length - 1) left -= messages[count++]?.weight ?? 0;
  return count;
}

/** The place of the first message after a time. */
export function placeAfter(messages: readonly StoredMessage[], at: number): number {
  let low = 0;
  let high = messages.length;
  if (high > 0 && (messages[high - 1] as StoredMessage).at <= at) return high; // Most come in order.
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle] as StoredMessage).at <= at) low = middle + 1; // Below the length.
    else high = middle;
  }
  return low;
}

/** The messages of a window, gathered. */
export function gatherStored(
  messages: readonly StoredMessage[],
  aggregation: Aggregation,
  start: number,
  end: number,
): Batch {
  const batch = emptyBatch(aggregation, { start, end });
  for (const { at, values, live } of messages) gather(batch, aggregation, at, values, live);
  batch.latest = messages.at(-1)?.moment ?? null;
  return batch;
}

/** Each message counts a little of its own, and what its names mean. */
const MAX_STORED_WEIGHT = 4 * MAX_WINDOW_TEXT;
