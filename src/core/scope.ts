import type { Envelope, Manner } from './event.ts';
import type { Getter, LogicScope } from './logic/getter.ts';

/** The latest payloads of a filter, as expressions read them. `bound` names the topics a rule's captures lead to. */
export interface Lookup {
  value(bound: string, now: number): unknown;
  /** Epoch milliseconds, or null if there is nothing. */
  updatedAt(bound: string, now: number): number | null;
}

/** What a result of a window is of. Times are epoch milliseconds. */
export interface WindowBounds {
  readonly start: number;
  readonly end: number;
  /** How many messages were in it. */
  readonly count: number;
}

/** An expression of a rule. */
export type Expression = Getter<Scope>;

/**
 * What the names of a rule mean while it looks at one message. The machine owns a single one and refills it, so that
 * evaluating allocates nothing; nothing may keep it.
 */
export interface Scope extends LogicScope {
  event: Envelope;
  /** How the latest message came of which a moment was kept: those that came alike share it. */
  manner: Manner;
  rule: string;
  /** Where the rule stands among the rules. */
  slot: number;
  /** The topics that the rule publishes to whatever the message is, by place. */
  topics: readonly string[];
  /** The ports of the rule that the message came by. */
  ports: readonly number[];
  /** The latest payloads of the rule's named inputs, and when they came (epoch ms, NEVER for none). */
  inputs: unknown[];
  updatedAt: number[];
  inputCount: number;
  /** The captured levels that the rule names, in the rule's order of names. */
  captures: readonly (string | null)[];
  /** The payload of the whole message, where `foreach` has put an element into `payload`. */
  message: unknown;
  key: string;
  /** False for a retained message that only primes: everything is remembered, nothing is done. */
  live: boolean;
  /** The payload of this key's message before. */
  previous: unknown;
  /** Values of `let` by slot; behind `letCount` they are of other rules. */
  lets: unknown[];
  letCount: number;
  /** Memory by slot: a working copy, and which of it `set` has written. */
  memory: unknown[];
  assigned: boolean[];
  /** The operands of `changed` and `delta` by slot: the last known value, and this message's (undefined: not yet). */
  lastKnown: unknown[];
  measured: unknown[];
  measuredCount: number;
  /** The window that a result is of, what its aggregating functions gathered by place, and what `aggregate` makes of that. */
  window: WindowBounds | null;
  gathered: readonly unknown[];
  aggregates: unknown[];
  aggregateCount: number;
  /** How far the clock that people read the bounds of windows on is ahead of that of the windows. Milliseconds. */
  boundsAhead: number;
  /** The result is of what has left a sliding window: no message has come. */
  leaving: boolean;
  /** How far event time has come that a rule's keys share (epoch ms); null where each has its own. */
  reached: number | null;
  /** The time that a message told, where the stage that keeps windows is not the one that asks (epoch ms); else NaN. */
  told: number;
  /** What `with` looks up, by the id of its spec. */
  tables: ReadonlyMap<string, Lookup>;
  /** What a script was waiting for, and whether it came too late; null before. */
  awaited: unknown;
  timedOut: boolean | null;
  /** The text of what went wrong, for `on_error`. */
  error: string;
  /** Whether the rule has acted on this message. */
  acted: boolean;
  /** No message has come: a timer acts, and names mean a message that was. */
  woken: boolean;
  /** Whether the level is active, and since when its condition has held (epoch ms; NEVER while it is idle). */
  active: boolean;
  heldSince: number;
  /** The severity of the alert that fires, or is told of; null for none. */
  severity: string | null;
}
