import type { z } from 'zod';
import { ActionFailure, type Action } from '../core/action.ts';
import type { MessageProperties } from '../core/effect.ts';
import type { Input } from '../core/rule.ts';
import { wallTime } from '../core/logic/getter.ts';
import type { Scope } from '../core/scope.ts';
import { isLargerThan } from '../core/utf8.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import type { Names } from './names.ts';
import { compilePayload } from './payload.ts';
import type { Report } from './report.ts';
import type { publishShape } from './action-shapes.ts';
import { compileEntry, compileText, fixed, refuseTemplateKey, renderPieces, type Render } from './template.ts';
import { compileTopic } from './topic.ts';

/** One `publish` as it is written. */
export type PublishSpec = Exclude<z.infer<typeof publishShape>, readonly unknown[]>;

/** What a publish action needs to know of its rule and of the configuration. */
export interface PublishContext {
  readonly names: Names;
  readonly report: Report;
  /** The broker used when the action names none. */
  readonly broker: string;
  /** All brokers there are. */
  readonly brokers: ReadonlySet<string>;
  readonly maxPayloadBytes: number;
  /** What scripts wait for is added here, each input at the place of its port. */
  readonly waits: Input[];
  /** And here the topics that are the same for every message: rules may be alike but for these. */
  readonly topics: string[];
  /** Called with the broker and the filter of all topics this action can publish to. */
  readonly publishes: (broker: string, filter: string) => void;
}

/** Compile one `publish`. */
export function compilePublish(spec: PublishSpec, path: Path, context: PublishContext): Action {
  const { names, report, maxPayloadBytes } = context;
  const topic = compileTopic(spec.topic, [...path, 'topic'], names, report);
  const renderTopic = topic.fixed === null ? topic.render : topicAt(context.topics.push(topic.fixed) - 1);
  const payload =
    spec.payload === undefined ? fixed('') : compilePayload(spec.payload, [...path, 'payload'], names, report);
  const properties = compileProperties(spec, path, context);
  const { qos = 1, retain = false, broker = context.broker } = spec;
  if (spec.broker !== undefined && !context.brokers.has(spec.broker)) {
    report.error(
      [...path, 'broker'],
      'unknown-broker',
      `there is no broker called "${spec.broker}"`,
      `Brokers: ${[...context.brokers].join(', ')}`,
    );
  }
  for (const filter of topic.filters) context.publishes(broker, filter.text);
  return {
    type: 'publish',
    render(scope) {
      const to = renderTopic(scope);
      if (typeof to !== 'string') return to;
      const text = payload(scope);
      if (typeof text !== 'string') return text.failureIn('payload');
      if (isLargerThan(text, maxPayloadBytes)) {
        return new ActionFailure('too_large', `the payload is larger than ${maxPayloadBytes} bytes`);
      }
      const extra = properties === null ? undefined : properties(scope);
      if (extra instanceof ActionFailure) return extra;
      return {
        type: 'publish',
        rule: scope.rule,
        slot: scope.slot,
        key: scope.key,
        at: wallTime(scope),
        broker,
        topic: to,
        payload: text,
        qos,
        retain,
        hops: scope.event.hops + 1,
        properties: extra,
      };
    },
  };
}

/** The topic that the rule at work has at this place. */
function topicAt(place: number): (scope: Scope) => string {
  return (scope) => scope.topics[place] as string; // It was put there when the rule was compiled.
}

/** Seconds [MQTT-3.3.2.3.3]. */
const MAX_EXPIRY = 0xffff_ffff;

/** A user property, left out where it is unknown and says so. */
interface Property {
  readonly name: string;
  readonly render: Render;
  readonly orOmit: boolean;
}

type RenderProperties = (scope: Scope) => MessageProperties | ActionFailure;

function compileProperties(spec: PublishSpec, path: Path, { names, report }: PublishContext): RenderProperties | null {
  const { message_expiry: expiry, content_type: type, properties } = spec;
  if (expiry === undefined && type === undefined && properties === undefined) return null;
  const messageExpiry = expiry === undefined ? undefined : Math.ceil((parseDuration(expiry) ?? 0) / 1000);
  if (messageExpiry !== undefined && messageExpiry > MAX_EXPIRY) {
    report.error(
      [...path, 'message_expiry'],
      'invalid-value',
      'a message expires within 49710d at the most',
      'Leave it out: then it never does',
    );
  }
  const contentType = type === undefined ? null : compileText(type, [...path, 'content_type'], names, report);
  for (const name of Object.keys(properties ?? {})) refuseTemplateKey(name, [...path, 'properties', name], report);
  const user = Object.entries(properties ?? {}).map(([name, text]): Property => {
    const pieces = compileEntry(text, [...path, 'properties', name], names, report);
    const orOmit = pieces.some((piece) => 'value' in piece && piece.orOmit);
    return { name, render: renderPieces(pieces), orOmit };
  });
  return renderProperties(messageExpiry, contentType, user);
}

/** Apart from `compileProperties`, whose closures would keep the report, and with it the whole document. */
function renderProperties(
  messageExpiry: number | undefined,
  contentType: Render | null,
  user: readonly Property[],
): RenderProperties {
  return (scope) => {
    const result: MessageProperties = {};
    if (messageExpiry !== undefined) result.messageExpiry = messageExpiry;
    if (contentType !== null) {
      const text = contentType(scope);
      if (typeof text !== 'string') return text.failureIn('content_type');
      result.contentType = text;
    }
    if (user.length > 0) {
      const values = Object.create(null) as Record<string, string>;
      for (const { name, render, orOmit } of user) {
        const text = render(scope);
        if (typeof text !== 'string' && orOmit) continue;
        if (typeof text !== 'string') return text.failureIn('properties');
        values[name] = text;
      }
      result.user = values;
    }
    return result;
  };
}
