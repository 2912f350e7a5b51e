import type { Config } from './config.ts';

/** The name of the broker that rules use when they name none. */
export const DEFAULT_BROKER = 'default';

/** The names of all brokers of a configuration. */
export function brokerNames(config: Config): Set<string> {
  return new Set([DEFAULT_BROKER, ...Object.keys(config.brokers)]);
}

/** Where a broker is, without what is secret; `embedded` for the one in this process. */
export function brokerAddress(config: Config, name: string): string {
  const spec = name === DEFAULT_BROKER ? config.defaultBroker : config.brokers[name];
  return spec === null || spec === undefined ? 'embedded' : maskedUrl(spec.url);
}

/** Where clients reach the default broker, without what is secret. */
export function brokerUrl(config: Config): string {
  const { host, port } = config.embedded;
  return config.defaultBroker === null
    ? `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`
    : maskedUrl(config.defaultBroker.url);
}

/** An address with the password taken out. */
export function maskedUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.password === '') return text;
  url.password = '***';
  return url.href;
}
