import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BrokerAccess, hostAddress, parseAddress, type UsualBroker } from './broker-address.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords } from './failure.ts';

/** The flags that say which broker, with the names of mosquitto's clients. */
export interface BrokerFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly url?: string;
  readonly username?: string;
  readonly pw?: string;
  readonly id?: string;
  readonly protocolVersion?: string;
  readonly cafile?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: true;
}

/** A broker as the flags have it. */
export interface ChosenBroker {
  readonly access: BrokerAccess & { readonly clientId: string };
  /** Do not check that the certificate was made for this host. */
  readonly anyHostName: boolean;
  /** From the address. */
  readonly topic: string | undefined;
}

const VERSIONS: Readonly<Record<string, 5 | 4>> = { 5: 5, mqttv5: 5, 311: 4, mqttv311: 4 };

/** Give a command the flags of a broker. `-h` is the host, as everywhere in MQTT, so help is `--help` alone. */
export function addBrokerFlags(command: Command, usualVersion = '3.1.1, which every broker speaks'): Command {
  return command
    .helpOption('--help', 'show this help')
    .option('-h, --host <host>', 'the broker (default: 127.0.0.1)')
    .option('-p, --port <port>', 'its port (default: 1883, with TLS 8883)', wholeNumber(1, 65_535))
    .addOption(
      new Option('-L, --url <url>', 'all in one: mqtt(s)://user:password@host:port/topic, or ws(s)://').conflicts([
        'host',
        'port',
      ]),
    )
    .addOption(
      new Option(
        '--config <file>',
        'the broker of this configuration (default: of automate.yaml, if there is one)',
      ).conflicts(['host', 'port', 'url']),
    )
    .option('-u, --username <name>', 'the user')
    .option('-P, --pw <password>', "the user's password")
    .option('-i, --id <id>', 'the client id (default: a new one)')
    .addOption(
      new Option('-V, --protocol-version <version>', `the MQTT version (default: ${usualVersion})`).choices(
        Object.keys(VERSIONS),
      ),
    )
    .option('--cafile <file>', 'trust the authorities in this file; turns TLS on')
    .option('--cert <file>', 'the client certificate')
    .option('--key <file>', 'its private key')
    .option('--insecure', 'do not check that the certificate is made for this host');
}

/** A parser of whole numbers for an option. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  };
}

/**
 * The broker that the flags name. The usual one's user and certificates are shown to no other. `usualVersion` of MQTT is
 * what is spoken when nobody asks for one: 3.1.1, since trying 5 first fills the log of a broker that has only that. `best`
 * is for who needs what 5 brings: 5, and 3.1.1 where the broker refuses that.
 */
export async function chooseBroker(
  flags: BrokerFlags,
  usual: UsualBroker,
  environment: Readonly<Record<string, string | undefined>>,
  usualVersion: 5 | 4 | 'best' = 4,
): Promise<ChosenBroker> {
  if ((flags.cert === undefined) !== (flags.key === undefined)) {
    throw new Failure('--cert and --key belong together: give both', EXIT.usage);
  }
  const secure = flags.cafile !== undefined || flags.cert !== undefined;
  const { topic, ...base } = await named(flags, secure, usual, environment);
  const url = secure ? base.url.replace(/^mqtt:/, 'mqtts:').replace(/^ws:/, 'wss:') : base.url;
  const username = flags.username ?? base.username;
  if (flags.pw !== undefined && username === undefined && new URL(url).username === '') {
    throw new Failure('--pw needs a user: give --username', EXIT.usage);
  }
  return {
    topic,
    anyHostName: flags.insecure === true,
    access: {
      ...base,
      url,
      username,
      password: flags.pw ?? (flags.username === undefined ? base.password : undefined),
      ca: contentOf('--cafile', flags.cafile) ?? base.ca,
      cert: contentOf('--cert', flags.cert) ?? base.cert,
      key: contentOf('--key', flags.key) ?? base.key,
      protocol:
        VERSIONS[flags.protocolVersion ?? ''] ?? base.protocol ?? (usualVersion === 'best' ? undefined : usualVersion),
      // Not the engine's own id from the configuration: the broker would end the engine's connection for ours.
      clientId: flags.id ?? `automate-cli-${randomBytes(6).toString('hex')}`,
    },
  };
}

async function named(
  { host, port, url, config }: BrokerFlags,
  secure: boolean,
  usual: UsualBroker,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<BrokerAccess & { topic: string | undefined }> {
  if (url !== undefined) return parseAddress(url);
  if (host !== undefined || port !== undefined)
    return { url: hostAddress(host ?? '127.0.0.1', port, secure), topic: undefined };
  const access = await usual(environment, config);
  return { ...access, url: parseAddress(access.url).url, topic: undefined };
}

function contentOf(flag: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure(`cannot read ${flag} ${path}: ${inWords(error)}`, EXIT.failed, { cause: error });
  }
}
