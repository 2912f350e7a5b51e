import type { AlertTexts } from './alert/render.ts';
import type { Branch } from './branch.ts';
import type { Codec, QoS } from './event.ts';
import type { LookupSpec } from './lookup.ts';
import type { Schedule } from './schedule.ts';
import type { Expression } from './scope.ts';
import type { Stage } from './stage.ts';
import type { EventTime } from './stages/event-window.ts';
import type { Filter } from './topics/filter.ts';

/** What a retained message does to a rule. */
export type Retained = 'prime' | 'use' | 'skip';

/**
 * What the messages of an input are to the rule: what it evaluates, an acknowledgement of an alert, or what a running
 * script waits for.
 */
export type InputKind = 'message' | 'ack' | 'await';

/** One filter that a rule listens to. */
export interface Input {
  readonly kind: InputKind;
  /** Which of the rule's named inputs it is, or which step it is for; -1 for one of several alike. Each wait has its own. */
  readonly port: number;
  readonly broker: string;
  readonly filter: Filter;
  readonly qos: QoS;
  readonly codec: Codec;
  readonly retained: Retained;
  /** For each capture that the rule names, or of a wait's own: which wildcard of this filter it is. */
  readonly captures: readonly number[];
  /** The wildcards that make the default key, in order; of a wait, those that are the trigger's. */
  readonly key: readonly number[];
}

/** A key that a rule knows beforehand, with the captures it stands for: null for those that it is not made of. */
export interface Seed {
  readonly key: string;
  readonly captures: readonly (string | null)[];
}

/** The alert of a rule. */
export interface RuleAlert {
  /** The place of its stage. */
  readonly place: number;
  /** The severities it may have, lowest first; an empty text for none. */
  readonly severities: readonly string[];
  readonly texts: AlertTexts;
}

/** What a rule does with a message, whatever topic that came on. Rules that are alike share one. Immutable. */
export interface Plan {
  readonly where: Expression | null;
  readonly foreach: Expression | null;
  /** The parts of the key, or null for the captured levels. */
  readonly by: readonly Expression[] | null;
  /** The chain, in the order of work. */
  readonly stages: readonly Stage[];
  /** Some stage remembers something, so each key needs a cell. */
  readonly stateful: boolean;
  /** The place of the stage that splits, or that behind the last one. */
  readonly splitAt: number;
  /** The places of the stages that have deadlines or levels, of those that show their state, and of those that remember. */
  readonly timed: readonly number[];
  readonly showing: readonly number[];
  readonly keeping: readonly number[];
  /** How many values of `let` it has, and operands of `changed` and `delta`. */
  readonly letCount: number;
  readonly measuredCount: number;
  /** How many named inputs it has. */
  readonly inputCount: number;
  /** How its messages tell the time of its windows, and the place of the stage that keeps those; null: they do not. */
  readonly eventTime: (EventTime & { readonly place: number }) | null;
  /** For each action that failed. */
  readonly onError: Branch;
}

/** A rule, compiled. Immutable; what it remembers is in cells. */
export interface Rule {
  readonly plan: Plan;
  readonly id: string;
  /** Evaluate, count, but do nothing. */
  readonly shadow: boolean;
  /** The topics that it publishes to whatever the message is: its plan has the places of them. */
  readonly topics: readonly string[];
  readonly inputs: readonly Input[];
  /** When it ticks: each tick is a message without a topic. */
  readonly schedules: readonly Schedule[];
  /** It has a tick when the engine starts. */
  readonly onStart: boolean;
  readonly lookups: readonly LookupSpec[];
  /** Keys that are waited for though no message has come for them. */
  readonly seeds: readonly Seed[];
  readonly alert: RuleAlert | null;
  /** How many keys it may have. */
  readonly maxKeys: number;
  /** A cell idle longer than this is dropped. Milliseconds. */
  readonly ttl: number;
  /** How often it may act: actions a second, and at once. Null: no limit. */
  readonly rate: { readonly perSecond: number; readonly burst: number } | null;
}

/** Whether two versions of a rule listen to and look up the same messages. */
export function listensAs(before: Rule, after: Rule): boolean {
  return sources(before) === sources(after);
}

function sources({ inputs, lookups }: Rule): string {
  return JSON.stringify([
    inputs.flatMap(({ kind, broker, filter, codec, retained }) =>
      kind === 'ack' ? [] : [[broker, filter.text, codec, retained]],
    ),
    lookups.map(({ id }) => id),
  ]);
}
