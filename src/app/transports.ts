import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { MqttOptions } from '../adapters/mqtt/options.ts';
import { messageOf } from '../core/caught.ts';
import type { Transport } from '../ports/transport.ts';
import { parseDuration } from '../spec/duration.ts';
import { DEFAULT_BROKER } from './brokers.ts';
import type { BrokerSpec } from './config-shape.ts';
import type { Config } from './config.ts';

/** A transport for each broker. What none needs is not even loaded. Throws where a certificate cannot be read or used. */
export async function transports(config: Config): Promise<Transport[]> {
  const statusTopic = `automate/${config.instance}/status`;
  const { defaultBroker, brokers } = config;
  const options = (name: string, spec: BrokerSpec): MqttOptions => mqttOptions(name, spec, config, statusTopic);
  const others = Object.entries(brokers).map(([name, spec]) => options(name, spec));
  const clients = defaultBroker === null ? others : [options(DEFAULT_BROKER, defaultBroker), ...others];
  const made = defaultBroker === null ? [await ourBroker(config, statusTopic)] : [];
  if (clients.length === 0) return made;
  const { mqttTransport } = await import('../adapters/mqtt/transport.ts');
  return [...made, ...clients.map((client) => mqttTransport(client))];
}

async function ourBroker({ embedded }: Config, statusTopic: string): Promise<Transport> {
  const { host, port, maxConnections, maxPacketSizeBytes, maxRetained } = embedded;
  const { embeddedBroker } = await import('../adapters/broker/embedded-broker.ts');
  const limits = { maxConnections, maxPacketSizeBytes, maxRetained };
  return embeddedBroker({ name: DEFAULT_BROKER, host, port, statusTopic, limits });
}

/** What the transport needs to know of a broker; certificates are read here. */
export function mqttOptions(name: string, spec: BrokerSpec, config: Config, statusTopic?: string): MqttOptions {
  const file = (path: string | undefined): Buffer | undefined =>
    path === undefined ? undefined : readCertificate(path, config.folder);
  const [ca, cert, key] = [file(spec.ca), file(spec.cert), file(spec.key)];
  // What state is kept of goes on where it ended, and so does what the broker was to send.
  const clean = spec.clean ?? config.state === null;
  tryCertificates(name, { ca, cert, key });
  return {
    name,
    url: spec.url,
    username: spec.username,
    password: spec.password,
    ca,
    cert,
    key,
    rejectUnauthorized: spec.verify,
    clientId: spec.client_id ?? `automate-${config.instance}`,
    protocol: spec.protocol === undefined ? undefined : spec.protocol === 5 || spec.protocol === '5' ? 5 : 4,
    clean,
    sessionExpirySeconds: seconds(spec.session_expiry) ?? (clean ? undefined : DAY),
    keepaliveSeconds: seconds(spec.keepalive),
    statusTopic,
  };
}

/** How long a broker keeps what it has for an engine that is away. Seconds. */
const DAY = 86_400;

function seconds(duration: string | undefined): number | undefined {
  const ms = duration === undefined ? undefined : parseDuration(duration);
  return ms === undefined ? undefined : Math.ceil(ms / 1000);
}

function readCertificate(path: string, folder: string): Buffer {
  const place = isAbsolute(path) ? path : join(folder, path);
  try {
    return readFileSync(place);
  } catch (error) {
    throw new Error(`cannot read the certificate file ${place}: ${messageOf(error)}`, { cause: error });
  }
}

function tryCertificates(
  broker: string,
  files: { ca: Buffer | undefined; cert: Buffer | undefined; key: Buffer | undefined },
): void {
  try {
    createSecureContext(files);
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `the ca, cert and key of the broker "${broker}" cannot be used together: ${reason}. They are files in PEM, and the key belongs to the certificate.`,
      { cause: error },
    );
  }
}
