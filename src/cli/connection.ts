import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { clientOptions, shownUrl } from '../adapters/mqtt/client-options.ts';
import { DEFAULT_MQTT_LIMITS } from '../adapters/mqtt/options.ts';
import { errorInWords, reasonInWords, VERSION_REFUSED } from '../adapters/mqtt/reason.ts';
import type { ChosenBroker } from './broker-flags.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

/** A connection that a command has made. */
export interface Connection {
  readonly client: MqttClient;
  /** The broker's address as it may be shown. */
  readonly shown: string;
  /** Why it broke last, in words. */
  reason(): string;
  /** Say goodbye, or stop waiting for the broker to hear it after a second. */
  close(): Promise<void>;
}

// CONNACK codes by what they say, those of 3.1.1 first.
const CREDENTIALS_REFUSED: readonly unknown[] = [4, 5, 134, 135];
const UNAVAILABLE: readonly unknown[] = [3, 136, 137, 139];

const CONNECT_MS = 10_000;
const GOODBYE_MS = 1_000;

/** Connect once, or once more where the broker does not speak MQTT 5 and nobody asked for it; a Failure says why not. */
export async function connect(broker: ChosenBroker): Promise<Connection> {
  const { access } = broker;
  try {
    return await attempt(broker);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (access.protocol === undefined && VERSION_REFUSED.includes(error.code))
      return connect({ ...broker, access: { ...access, protocol: 4 } });
    throw refusal(error, access.url);
  }
}

/** The broker did not accept the connection: `code` is its CONNACK code, or that of the system's error. */
class Refused extends Error {
  readonly code: unknown;

  constructor(cause: Error | undefined) {
    super(cause === undefined ? 'the broker closed the connection' : inWords(cause), { cause });
    this.code = cause !== undefined && 'code' in cause ? cause.code : undefined;
  }
}

function attempt({ access, anyHostName }: ChosenBroker): Promise<Connection> {
  const limits = { ...DEFAULT_MQTT_LIMITS, connectMs: CONNECT_MS };
  const options: IClientOptions = clientOptions({ ...access, name: 'default', keepaliveSeconds: 60 }, limits);
  if (anyHostName) {
    const tls = { checkServerIdentity: () => undefined };
    Object.assign(options, tls, { wsOptions: tls });
  }
  return new Promise((resolve, reject) => {
    let last: Error | undefined;
    const client = mqtt.connect(options);
    const onClose = (): void => {
      client.end(true);
      reject(new Refused(last));
    };
    client.on('error', (error) => {
      last = error;
      // After a packet it cannot parse, MQTT.js would leave the connection open and deaf.
      client.stream.destroy();
    });
    client.on('disconnect', ({ reasonCode = 0 }) => {
      last = new Error(`the broker ended it: ${reasonInWords(reasonCode)}`);
    });
    client.once('close', onClose);
    client.on('connect', () => {
      last = undefined;
    });
    client.once('connect', () => {
      client.off('close', onClose);
      resolve({
        client,
        shown: shownUrl(access.url),
        reason: () => (last === undefined ? 'the broker closed it' : inWords(last)),
        close: () => close(client),
      });
    });
  });
}

function close(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => client.end(true, () => resolve()), GOODBYE_MS);
    client.end(() => {
      clearTimeout(deadline);
      resolve();
    });
  });
}

function refusal(error: Refused, url: string): Failure {
  const shown = shownUrl(url);
  const { message, code } = error;
  if (typeof code === 'number' && !UNAVAILABLE.includes(code)) {
    const hint = VERSION_REFUSED.includes(code)
      ? '. Name another with --protocol-version'
      : CREDENTIALS_REFUSED.includes(code)
        ? '. Check --username and --pw'
        : '';
    return new Failure(`${shown} refused the connection: ${message}${hint}`);
  }
  if (typeof code === 'string' && /CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code)) {
    return new Failure(`no safe connection to ${shown}: ${message}. Name the authority that signed it with --cafile`);
  }
  const hint = isThisMachine(url)
    ? 'Is `automate start` (or another broker) running?'
    : 'Is it running, and is the address right?';
  return new Failure(`no connection to ${shown}: ${message}. ${hint}`, EXIT.unreachable);
}

function isThisMachine(url: string): boolean {
  return /^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
}

function inWords(error: Error): string {
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const code = 'code' in first ? first.code : undefined;
  if (typeof code === 'number') return reasonInWords(code);
  return (typeof code === 'string' ? SYSTEM[code] : undefined) ?? errorInWords(first);
}

const SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut off',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its name cannot be looked up now',
  ETIMEDOUT: 'it did not answer in time',
};
