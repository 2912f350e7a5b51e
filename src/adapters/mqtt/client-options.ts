import type { IClientOptions } from 'mqtt';
import type { MqttLimits, MqttOptions } from './options.ts';

/** MQTT.js names only these; the others are the same by another name, and it refuses `ssl` with a client certificate. */
const PROTOCOLS: Readonly<Record<string, 'mqtt' | 'mqtts' | 'ws' | 'wss'>> = {
  'mqtt:': 'mqtt',
  'tcp:': 'mqtt',
  'mqtts:': 'mqtts',
  'ssl:': 'mqtts',
  'tls:': 'mqtts',
  'ws:': 'ws',
  'wss:': 'wss',
};

/** The longest interval Node can wait: MQTT.js never gets to reconnect by itself, since it knows no back-off. */
const NEVER_MS = 2 ** 31 - 1;

/** What MQTT.js is told. Throws an Error when the URL is not one of a broker. */
export function clientOptions(options: MqttOptions, limits: MqttLimits): IClientOptions {
  const url = new URL(options.url);
  const protocol = PROTOCOLS[url.protocol];
  if (protocol === undefined) throw new Error(`"${url.protocol}//" is not MQTT: use mqtt, mqtts, ws or wss`);
  if (url.hostname === '') throw new Error(`"${options.url}" names no host`);
  const version = options.protocol ?? 5;
  const web = protocol === 'ws' || protocol === 'wss';
  return {
    protocol,
    // A socket wants an IPv6 address bare, a WebSocket URL wants it in brackets.
    host: web ? url.hostname : url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(web ? { path: url.pathname + url.search } : {}),
    ...given('username', options.username ?? (decodeURIComponent(url.username) || undefined)),
    ...given('password', options.password ?? (decodeURIComponent(url.password) || undefined)),
    ...given('ca', options.ca),
    ...given('cert', options.cert),
    ...given('key', options.key),
    rejectUnauthorized: options.rejectUnauthorized ?? true,
    clientId: options.clientId,
    protocolVersion: version,
    clean: options.clean ?? true,
    keepalive: options.keepaliveSeconds ?? 30,
    connectTimeout: limits.connectMs,
    reconnectPeriod: NEVER_MS,
    reconnectOnConnackError: true,
    resubscribe: false,
    queueQoSZero: false,
    // Without this, formatting of messages that nobody reads costs a third of the time.
    log: () => {},
    ...(version === 5 ? { properties: propertiesOf(options, limits) } : {}),
    ...(options.statusTopic === undefined
      ? {}
      : { will: { topic: options.statusTopic, payload: Buffer.from('offline'), qos: 1, retain: true } }),
  };
}

/** The broker stops by itself when it has sent twice what we read without an acknowledgement: see Inbox.isOverfull. */
function propertiesOf({ sessionExpirySeconds }: MqttOptions, { messages }: MqttLimits): IClientOptions['properties'] {
  const receiveMaximum = Math.min(2 * messages, 65_535);
  return { receiveMaximum, ...given('sessionExpiryInterval', sessionExpirySeconds) };
}

/** The URL without its password, for messages. */
export function shownUrl(url: string): string {
  try {
    const shown = new URL(url);
    shown.password = '';
    shown.username = '';
    return shown.href.replace(/\/$/, '');
  } catch {
    return url;
  }
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  // Object literals with a computed key are typed by index signature, which loses which key it is.
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
