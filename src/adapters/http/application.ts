import type { CellReading, ReloadReading } from '../../ports/readings.ts';
import type { Refusal } from '../../ports/transport.ts';
import type { Problem } from '../../spec/problem.ts';
import type { ShownRules } from './rules.ts';

/** What the HTTP server asks of the program behind it. */
export interface Application {
  /** The page of metrics in the format that the `Accept` header asks for. */
  metrics(accept: string | undefined): Promise<{ readonly contentType: string; readonly body: string }>;
  ready(): Readiness;
  /** Read and load the rules now. Resolves when they run, or when it is known why they do not. */
  reload(): Promise<ReloadOutcome>;
  status(): Status;
  /** The rules that run, as they are at this moment. */
  rules(): ShownRules;
  /** What rules remember: of one rule and key, or of all, but for those that are dormant. */
  cells(rule: string | null, key: string | null): Iterable<CellReading>;
  /** How many keys, of one rule or all, are dormant: they wait in the store for a message. */
  dormant(rule: string | null): number;
  /** Some of these, up to so many, or one. */
  dormantCells(rule: string | null, key: string | null, most: number): Promise<readonly CellReading[]>;
}

/** Whether everything works that is meant to, and if not, which part does not. */
export interface Readiness {
  readonly ready: boolean;
  readonly brokers: readonly {
    readonly name: string;
    readonly connected: boolean;
    /** The broker has granted or refused every subscription. */
    readonly subscribed: boolean;
    readonly refused: readonly Refusal[];
  }[];
  /** Why rule files were not loaded as they are. */
  readonly problems: readonly Problem[];
  /** Why the state cannot be written, so that nothing is taken in; null if it can. */
  readonly state: string | null;
}

/** How a reload went: how many rules there are now, or the errors that kept the old ones. */
export type ReloadOutcome =
  | { readonly ok: true; readonly rules: number; readonly changed: boolean }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What the status page shows. Times are epoch milliseconds. */
export interface Status {
  readonly instance: string;
  readonly version: string;
  readonly now: number;
  readonly startedAt: number;
  readonly brokers: readonly BrokerStatus[];
  readonly rules: readonly RuleStatus[];
  readonly reload: Pick<ReloadReading, 'successful' | 'successAt'>;
  /** Errors and warnings of the rule files as they are now. */
  readonly problems: readonly Problem[];
}

/** A broker on the status page. */
export interface BrokerStatus {
  readonly name: string;
  /** Where it is, without user and password; `embedded` for the one in this process. */
  readonly address: string;
  readonly connected: boolean;
  /** Messages that came in. */
  readonly received: number;
  readonly refused: readonly Refusal[];
}

/** A rule on the status page. */
export interface RuleStatus {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly state: 'active' | 'shadow' | 'disabled' | 'failed' | 'quarantined';
  /** The topic filters it listens to. */
  readonly on: readonly string[];
  readonly evaluations: { readonly true: number; readonly false: number; readonly unknown: number };
  readonly fired: number;
  readonly errors: number;
}
