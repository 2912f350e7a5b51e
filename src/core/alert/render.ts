import { ActionFailure } from '../action.ts';
import { formatIso } from '../calendar.ts';
import type { Alert, AlertEffect, PublishEffect } from '../effect.ts';
import { BudgetError } from '../logic/budget.ts';
import { wallTime } from '../logic/getter.ts';
import type { Expression, Scope } from '../scope.ts';
import { NEVER } from '../stage.ts';
import type { RuleError } from '../tally.ts';
import { isLargerThan } from '../utf8.ts';
import type { Announcement } from './announcement.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What the alerts of a rule say. */
export interface AlertTexts {
  readonly broker: string;
  /** Null: they are not published. */
  readonly topic: ((scope: Scope) => string | ActionFailure) | null;
  readonly summary: AlertText | null;
  readonly description: AlertText | null;
  /** A text that is null leaves its label out. */
  readonly labels: readonly { readonly name: string; readonly text: (scope: Scope) => string | null }[];
  /** The value, by severity. */
  readonly values: ReadonlyMap<string | null, Expression>;
  readonly maxPayloadBytes: number;
}

/** A text with `?` where a value is unknown. */
export type AlertText = (scope: Scope) => string;

/** What stands where something is not known. */
export const UNKNOWN_TEXT = '?';

/** A longer text of an alert is cut. In UTF-16 units. */
const MAX_TEXT = 4_096;

/** An alert in words: the effect that tells of it, and the one that publishes it. */
export interface RenderedAlert {
  /** Null: it is not published. */
  readonly publish: PublishEffect | ActionFailure | null;
  readonly alert: AlertEffect;
}

/**
 * Put an announcement into words. Whatever is unknown, or goes over its budget, which `fail` is told: the alert is told of
 * all the same. The topic is settled in the announcement.
 */
export function renderAlert(
  texts: AlertTexts,
  announcement: Announcement,
  scope: Scope,
  fail: (reason: RuleError, message: string) => void,
): RenderedAlert {
  const { rule, key } = scope;
  const alert = alertOf(texts, announcement, scope, fail);
  const topic = announcement.topic ?? topicOf(texts, scope);
  if (typeof topic === 'string') announcement.topic = topic;
  const publish = typeof topic === 'string' ? publishOf(texts, topic, alert, scope) : topic;
  return { publish, alert: { type: 'alert', rule, key, at: wallTime(scope), topic: announcement.topic, alert } };
}

function alertOf(
  { summary, description, labels, values }: AlertTexts,
  { state, severity, acknowledged, since, firedAt, resolvedAt }: Announcement,
  scope: Scope,
  fail: (reason: RuleError, message: string) => void,
): Alert {
  const { rule, key } = scope;
  const known = <T>(get: (scope: Scope) => T, otherwise: T): T =>
    within(
      () => get(scope),
      (error) => {
        fail('budget', `in the alert: ${error.message}`);
        return otherwise;
      },
    );
  const text = (get: AlertText): string => cut(known(get, UNKNOWN_TEXT));
  const shown = (at: number): string => formatIso(at + scope.wallAhead);
  const value = asSent(known(values.get(severity) ?? (() => null), null));
  return {
    rule,
    key,
    labels: Object.fromEntries(
      labels.flatMap((label) => {
        const rendered = known(label.text, UNKNOWN_TEXT);
        return rendered === null ? [] : [[label.name, cut(rendered)]];
      }),
    ),
    state,
    acknowledged,
    ...(severity === null ? {} : { severity }),
    ...(summary === null ? {} : { summary: text(summary) }),
    ...(description === null ? {} : { description: text(description) }),
    ...(value === null ? {} : { value }),
    since: shown(since),
    ...(firedAt === NEVER ? {} : { firedAt: shown(firedAt) }),
    ...(resolvedAt === NEVER ? {} : { resolvedAt: shown(resolvedAt) }),
    fingerprint: fingerprintOf(rule, key),
  };
}

function topicOf({ topic }: AlertTexts, scope: Scope): string | ActionFailure | null {
  if (topic === null) return null;
  return within(
    () => topic(scope),
    (error) => new ActionFailure('budget', `in the topic of the alert: ${error.message}`),
  );
}

function publishOf(
  { broker, maxPayloadBytes }: AlertTexts,
  topic: string,
  alert: Alert,
  scope: Scope,
): PublishEffect | ActionFailure {
  const payload = JSON.stringify(alert);
  if (isLargerThan(payload, maxPayloadBytes))
    return new ActionFailure('too_large', `the alert is larger than ${maxPayloadBytes} bytes`);
  const { rule, slot, key, event } = scope;
  const hops = event.hops + 1;
  return {
    type: 'publish',
    rule,
    slot,
    key,
    at: wallTime(scope),
    broker,
    topic,
    payload,
    qos: 1,
    retain: true,
    hops,
    properties: undefined,
  };
}

/** What `work` answers, or `otherwise` where it goes over its budget. */
function within<T>(work: () => T, otherwise: (error: BudgetError) => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BudgetError) return otherwise(error);
    throw error;
  }
}

/** A value as JSON has it, which knows no number that is too large to be one. */
function asSent(value: unknown): unknown {
  return typeof value === 'object' || typeof value === 'number'
    ? (JSON.parse(JSON.stringify(value)) as unknown)
    : value;
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
}
