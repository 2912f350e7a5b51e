import type { QoS } from './event.ts';
import type { Moment } from './moment.ts';

/** MQTT 5 properties of a message, both ways. Empty on MQTT 3.1.1, except on the embedded broker. */
export interface MessageProperties {
  /** Seconds. */
  messageExpiry?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Uint8Array;
  /** A null-prototype mapping; a name given several times has a list. */
  user?: Readonly<Record<string, string | readonly string[]>>;
}

/** Publish a message. The topic has been checked; the payload is what goes on the wire. */
export interface PublishEffect {
  readonly type: 'publish';
  readonly rule: string;
  /** Where the rule stood among the rules when it acted: it is found there at once, as long as no others have been loaded. */
  readonly slot?: number | undefined;
  readonly key: string;
  /** Epoch milliseconds: the moment the rule acted. */
  readonly at: number;
  readonly broker: string;
  readonly topic: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** How many rules this message will have been through. */
  readonly hops: number;
  readonly properties: MessageProperties | undefined;
  /** Where it is kept until it is done: the same when it is published again because the engine has ended in between. */
  readonly id?: string;
  /** What names meant, if `on_error` of its rule is to be told should it fail. */
  readonly moment?: Moment | undefined;
}

/** How much a line of the log matters, the least first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Write a line to the log. The message may hold data from the wire: escape it. */
export interface LogEffect {
  readonly type: 'log';
  readonly rule: string;
  readonly key: string;
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
}

/** Where an alert is: its condition holds but not for long or often enough yet, it fires, or it is over. */
export type AlertState = 'pending' | 'firing' | 'resolved';

/** An alert as it is published, in this order. What has no value is left out. Times are ISO 8601. */
export interface Alert {
  readonly rule: string;
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: AlertState;
  readonly acknowledged: boolean;
  readonly severity?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly value?: unknown;
  /** The start of what made it fire, or may. */
  readonly since: string;
  readonly firedAt?: string;
  readonly resolvedAt?: string;
  /** Equal for the same rule and key. */
  readonly fingerprint: string;
}

/** An alert is in another state, of another severity, or acknowledged. That it is published is an effect of its own. */
export interface AlertEffect {
  readonly type: 'alert';
  readonly rule: string;
  readonly key: string;
  readonly at: number;
  /** Where it is published, or null. */
  readonly topic: string | null;
  readonly alert: Alert;
}

/** The methods that a rule may use. */
export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
/** A method that a rule may use, in capitals. */
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** Send a request. The url has been checked and is http or https; the headers are complete but for what each request has. */
export interface HttpEffect {
  readonly type: 'http';
  readonly rule: string;
  readonly key: string;
  readonly at: number;
  /** It may hold secrets, as headers and body may: `shown` is what people see. */
  readonly url: string;
  /** The url as the rule has it, with its `${…}` and without user, password and query. */
  readonly shown: string;
  readonly method: HttpMethod;
  /** Without control characters. Names are in the case they were written in. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** For each attempt. */
  readonly timeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** What names meant, if `on_error` of its rule is to be told should it fail. */
  readonly moment?: Moment | undefined;
}

/** Everything a rule can ask of the world. Plain data: it can be logged, stored and compared. */
export type Effect = PublishEffect | AlertEffect | HttpEffect | LogEffect;
