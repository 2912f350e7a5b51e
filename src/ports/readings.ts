import type { AlertCount } from '../core/alert/counts.ts';
import type { Phase } from '../core/stage.ts';
import type { Tally } from '../core/tally.ts';
import type { DropReason } from './drop-reason.ts';

/** A histogram that costs an array index to observe. Seconds. */
export interface HistogramReading {
  /** Upper bounds, ascending, without the infinite one. */
  readonly bounds: readonly number[];
  /** One more than `bounds`: how many fell into each bucket (not cumulated). */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** A rule that runs, in numbers. */
export interface RuleReading {
  readonly id: string;
  readonly tally: Tally;
  readonly cells: number;
  /** Keys whose level is active, and pending. */
  readonly active: number;
  readonly pending: number;
  /** Nothing for a rule without `alert`. */
  readonly alerts: readonly AlertCount[];
  readonly quarantined: boolean;
}

/** What a rule remembers of one key. */
export interface CellReading {
  readonly rule: string;
  readonly key: string;
  /** Where its level is; `idle` for a rule that has none. */
  readonly phase: Phase;
  /** The last message of it, in epoch milliseconds. */
  readonly touchedAt: number;
  /** When a timer of it acts next, in epoch milliseconds; null if none does. */
  readonly nextAt: number | null;
  /** What its stages remember, by their kinds: as it is now, and good until the engine goes on. */
  readonly states: readonly { readonly stage: string; readonly state: unknown }[];
}

/** A broker and the connection to it; counts are since the engine started. */
export interface BrokerReading {
  readonly name: string;
  readonly connected: boolean;
  /** Messages that came in. */
  readonly received: number;
  readonly reconnects: number;
  /** How often the broker had not kept the session, with what it was to send. */
  readonly sessionsLost: number;
  readonly subscriptionsRefused: number;
}

/** What triggered a reload. */
export type ReloadTrigger = 'start' | 'watch' | 'api' | 'signal';

/** How loading the rules has gone since the engine started. */
export interface ReloadReading {
  readonly successful: boolean;
  /** Epoch milliseconds of the last success; 0 before the first. */
  readonly successAt: number;
  readonly counts: readonly { result: 'success' | 'failure'; trigger: ReloadTrigger; count: number }[];
}

/** Everything the engine can be asked about itself: numbers, read when somebody scrapes. */
export interface Readings {
  rules(): Iterable<RuleReading>;
  /** Rules by state: `active`, `shadow`, `disabled`, `failed`. */
  ruleStates(): Readonly<Record<string, number>>;
  brokers(): Iterable<BrokerReading>;
  readonly messagesUnmatched: number;
  /** By reason; every reason is there from 0. */
  dropped(): Readonly<Record<DropReason, number>>;
  /** Payloads decoded, by what they were: `json`, `text`, `empty`, `broken_json`, `binary`, `too_deep` … */
  payloads(): Readonly<Record<string, number>>;
  /** How often the wall clock was set, by more than a second. */
  readonly clockJumps: number;
  readonly inboxMessages: number;
  readonly outboxMessages: number;
  /** Requests of rules that wait or are on their way. */
  readonly httpRequests: number;
  readonly messageDuration: HistogramReading;
  readonly commitDuration: HistogramReading;
  reload(): ReloadReading;
}
