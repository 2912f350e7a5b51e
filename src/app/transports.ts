import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { embeddedBroker } from '../adapters/broker/embedded-broker.ts';
import type { MqttOptions } from '../adapters/mqtt/options.ts';
import { mqttTransport } from '../adapters/mqtt/transport.ts';
import type { Transport } from '../ports/transport.ts';
import { parseDuration } from '../spec/duration.ts';
import { DEFAULT_BROKER } from './brokers.ts';
import type { BrokerSpec } from './config-shape.ts';
import type { Config } from './config.ts';

/** A transport for each broker. Throws where a certificate cannot be read or used. */
export function transports(config: Config): Transport[] {
  const statusTopic = `automate/${config.instance}/status`;
  const { host, port, maxConnections, maxPacketSizeBytes, maxRetained } = config.embedded;
  const first =
    config.defaultBroker === null
      ? embeddedBroker({
          name: DEFAULT_BROKER,
          host,
          port,
          statusTopic,
          limits: { maxConnections, maxPacketSizeBytes, maxRetained },
        })
      : mqttTransport(mqttOptions(DEFAULT_BROKER, config.defaultBroker, config, statusTopic));
  const others = Object.entries(config.brokers).map(([name, spec]) =>
    mqttTransport(mqttOptions(name, spec, config, statusTopic)),
  );
  return [first, ...others];
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
    throw new Error(
      `cannot read the certificate file ${place}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function tryCertificates(
  broker: string,
  files: { ca: Buffer | undefined; cert: Buffer | undefined; key: Buffer | undefined },
): void {
  try {
    createSecureContext(files);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the ca, cert and key of the broker "${broker}" cannot be used together: ${reason}. They are files in PEM, and the key belongs to the certificate.`,
      { cause: error },
    );
  }
}
