import { DEFINITIONS, isNear, type Sample } from '../aggregates/model.ts';
import { type Published, START } from './playing.ts';

/** A message as the models see it: when it came, in milliseconds after START, and what it said. */
export interface Message {
  readonly at: number;
  readonly k: string;
  readonly value: number | null;
}

/** A result that a window should have. */
export interface Wanted {
  /** When it is acted on. */
  readonly at: number;
  readonly k: string;
  readonly start: number;
  readonly end: number;
  /** The messages in it, in order, with the time that they have in it. */
  readonly inside: readonly Message[];
  /** All messages of the key, in the same order. */
  readonly all: readonly Message[];
  /** Nothing is carried over from before the window. */
  readonly anew?: boolean;
}

/** Functions of the payload's `v`, by the names that a rule gives them. */
export function functionsOf(calls: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(calls.map((call, i) => [`f${i}`, call.replace('(x', '(v')]));
}

/** What a rule with functions of these calls publishes for a result that is wanted. */
function publishedOf({ at, k, start, end, inside, all, anew }: Wanted, calls: readonly string[]): Published {
  const samples = (messages: readonly Message[]): Sample[] => messages.filter(({ value }) => value !== null);
  const [first] = inside;
  const earlier = first === undefined || anew === true ? [] : samples(all.slice(0, all.indexOf(first)));
  const before = (earlier.at(-1)?.value ?? null) as number | null;
  const values = calls.map((call) => DEFINITIONS[call]?.(samples(inside), end, before) ?? '?');
  return {
    at: at / 1000,
    ...(k === 'a' ? {} : { key: k }),
    start: start / 1000,
    end: end / 1000,
    n: inside.length,
    ...Object.fromEntries(values.map((value, i) => [`f${i}`, value])),
  };
}

/** The results that are wanted, as they are published; numbers that only rounding tells apart are the same. */
export function wanted(results: readonly Wanted[], found: readonly Published[], calls: readonly string[]): Published[] {
  return results.map((result, i) => {
    const one = publishedOf(result, calls);
    const other = found[i] ?? {};
    return Object.fromEntries(
      Object.entries(one).map(([name, value]) => [name, isNear(other[name], value, 1000) ? other[name] : value]),
    );
  });
}

/** The keys in the order of their first messages, each with its messages. */
export function byKey<M extends Message>(messages: readonly M[]): [string, M[]][] {
  const keys = [...new Set(messages.map(({ k }) => k))];
  return keys.map((k) => [k, messages.filter((message) => message.k === k)]);
}

/** The last boundary of aligned windows in UTC at or before a time, in milliseconds after START. */
export function boundaryBefore(at: number, hop: number): number {
  return at - ((((START + at) % hop) + hop) % hop);
}
