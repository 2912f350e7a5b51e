import type { QoS } from '../core/event.ts';

/** One entry of `tests`: what happens, and what the rules must do. */
export interface Scenario {
  readonly name: string;
  /** When the virtual clock begins, in epoch milliseconds. */
  readonly start: number;
  /** The time zone of the rules; null: the one they are compiled for. */
  readonly timezone: string | null;
  /** The rules that run; null: all. */
  readonly rules: readonly NamedRule[] | null;
  /** In order of time. */
  readonly script: readonly Step[];
  readonly line: number;
  readonly column: number;
}

/** A rule that a test names, and where. */
export interface NamedRule {
  readonly id: string;
  readonly line: number;
  readonly column: number;
}

/** A step of a test: a message that comes, something that must happen, or that nothing may. */
export type Step = SendStep | ExpectStep | SilenceStep;

interface Placed {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

/** User properties of MQTT 5: names to a value, or to several in order. */
export type UserProperties = Readonly<Record<string, string | readonly string[]>>;

/** A message that comes. */
export interface SendStep extends Placed {
  readonly type: 'send';
  readonly topic: string;
  /** A text is sent as it is, any other value as JSON; undefined: an empty message. */
  readonly payload: unknown;
  readonly retained: boolean;
  readonly qos: QoS;
  readonly properties: UserProperties | undefined;
  readonly broker: string;
}

/** A message that the rules must publish at this very time; what is undefined may be anything. */
export interface ExpectStep extends Placed {
  readonly type: 'expect';
  readonly topic: string;
  readonly payload: unknown;
  readonly contains: unknown;
  readonly retain: boolean | undefined;
  readonly qos: QoS | undefined;
  readonly properties: UserProperties | undefined;
  readonly broker: string;
}

/** Nothing may be published between the step before and this one, and at this time only what other steps expect. */
export interface SilenceStep extends Placed {
  readonly type: 'silence';
}
