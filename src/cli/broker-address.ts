import type { MqttOptions } from '../adapters/mqtt/options.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

/** A broker and how to get in, with certificates already read. */
export interface BrokerAccess extends Pick<
  MqttOptions,
  'url' | 'username' | 'password' | 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'protocol'
> {
  readonly clientId?: string | undefined;
}

/** Where a command finds the broker when no flag says which: that of a configuration file, if one is named. */
export type UsualBroker = (
  environment: Readonly<Record<string, string | undefined>>,
  file?: string,
) => BrokerAccess | Promise<BrokerAccess>;

/** `AUTOMATE_BROKER` when it is an address, else the embedded broker of an engine on this machine. */
export const brokerOfEnvironment: UsualBroker = (environment) => {
  const url = environment['AUTOMATE_BROKER'] ?? '';
  return { url: url.includes('://') ? url : 'mqtt://127.0.0.1:1883' };
};

/** What `--url mqtt://user:password@host:port/topic` says. A WebSocket's path belongs to the address: it has no topic. */
export function parseAddress(text: string): { url: string; topic: string | undefined } {
  // Not by URL: in a topic filter, `#` is no fragment and `%` no escape.
  const [, scheme, authority, topic] = /^(mqtts?):\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  const url = scheme === undefined ? text : `${scheme}://${authority ?? ''}`;
  const isBroker = /^(?:mqtts?|wss?):\/\/[^/]/.test(url) && URL.canParse(url);
  if (!isBroker) {
    const message = `"${hidePassword(text)}" is not the address of a broker: write mqtt://host:1883/topic, or mqtts://, ws://, wss://`;
    throw new Failure(message, EXIT.usage);
  }
  return { url, topic: topic === '' ? undefined : topic };
}

/** The address of a host, as it is written after `--host`. */
export function hostAddress(host: string, port: number | undefined, secure: boolean): string {
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = `${secure ? 'mqtts' : 'mqtt'}://${shown}:${port ?? (secure ? 8883 : 1883)}`;
  if (!URL.canParse(url) || /[/@?#]/.test(host))
    throw new Failure(`"${host}" is not a host: write a name or an IP address`, EXIT.usage);
  return url;
}

function hidePassword(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//');
}
