import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkRules } from '../../src/app/check.ts';
import { loadConfig, type Config } from '../../src/app/config.ts';
import { RuleCompiler } from '../../src/app/rules.ts';
import { DEFAULT_BROKER } from '../../src/app/brokers.ts';
import { Machine } from '../../src/core/machine.ts';
import { MACHINE_LIMITS } from '../../src/core/limits.ts';
import { Program } from '../../src/core/program.ts';
import { Message } from '../../src/runtime/message.ts';
import { noPayloads } from '../../src/runtime/payload.ts';
import type { Problem } from '../../src/spec/problem.ts';

interface Given {
  /** The text of the configuration file. */
  readonly file?: string;
  /** The text of the file `.env` beside it. */
  readonly dotEnv?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** By key: `{ http: '127.0.0.1:1' }` for `--http 127.0.0.1:1`. */
  readonly flags?: Readonly<Record<string, string>>;
}

interface Loaded {
  readonly folder: string;
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
}

function load({ file = '', dotEnv, environment = {}, flags = {} }: Given): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'automate-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'automate.yaml');
  writeFileSync(path, file);
  if (dotEnv !== undefined) writeFileSync(join(folder, '.env'), dotEnv);
  const loaded = loadConfig({
    file: path,
    environment,
    flags: Object.entries(flags).map(([key, text]) => ({ source: `--${key}`, path: [key], text })),
  });
  return { folder, config: loaded.ok ? loaded.config : undefined, problems: loaded.problems };
}

describe('the token of http', () => {
  const file = 'http: { listen: "127.0.0.1:9997", token: from-the-file, names: [home.local] }\n';

  test.each<[string, Given]>([
    ['a flag', { file, flags: { http: '127.0.0.1:9998' } }],
    ['a variable', { file, environment: { AUTOMATE_HTTP: '127.0.0.1:9998' } }],
  ])('stays when %s gives another address', (_what, given) => {
    const { config } = load(given);
    expect(config?.http).toEqual({ host: '127.0.0.1', port: 9998, token: 'from-the-file', names: ['home.local'] });
  });

  test('can be set alone, in the file and outside it', () => {
    const http = { host: '127.0.0.1', port: 9464, token: 'long-enough' };
    expect(load({ file: 'http: { token: long-enough }\n' }).config?.http).toMatchObject(http);
    const environment = { AUTOMATE_HTTP_TOKEN: 'long-enough' };
    expect(load({ environment }).config?.http).toMatchObject(http);
    expect(load({ file, environment }).config?.http).toMatchObject({ port: 9997, token: 'long-enough' });
  });

  test('from the environment goes with an address from a flag', () => {
    const given = { environment: { AUTOMATE_HTTP_TOKEN: 'long-enough' }, flags: { http: '0.0.0.0:1' } };
    expect(load(given).config?.http).toMatchObject({ host: '0.0.0.0', port: 1, token: 'long-enough' });
  });

  test('does not bring back http that is off', () => {
    expect(load({ file, flags: { http: 'off' } })).toMatchObject({ config: { http: null }, problems: [] });
  });
});

describe('where state is kept', () => {
  test('is a folder beside the file, written to the disk with each commit', () => {
    const { config, folder } = load({});
    expect(config?.state).toEqual({ folder: join(folder, 'data/state'), sync: 'commit', trustDowntime: true });
    expect(load({ file: 'state: memory\n' }).config?.state).toBeNull();
  });

  test('can be written to the disk less often, wherever each is said', () => {
    const file = 'state: { folder: s, sync: interval }\n';
    const { config, folder } = load({ file });
    expect(config?.state).toEqual({ folder: join(folder, 's'), sync: 'interval', trustDowntime: true });
    expect(load({ file, flags: { state: 't' } }).config?.state).toEqual({
      folder: 't',
      sync: 'interval',
      trustDowntime: true,
    });
    expect(load({ file, flags: { state: 'memory' } }).config?.state).toBeNull();
    const environment = { AUTOMATE_STATE_SYNC: 'off' };
    expect(load({ file, environment, flags: { state: 't' } }).config?.state).toEqual({
      folder: 't',
      sync: 'off',
      trustDowntime: true,
    });
    expect(load({ environment: { AUTOMATE_STATE_TRUST_DOWNTIME: 'false' } }).config?.state?.trustDowntime).toBe(false);
    expect(load({ environment: { AUTOMATE_STATE_SYNC: 'never' } }).problems).toMatchObject([
      { message: 'AUTOMATE_STATE_SYNC cannot set state.sync: expected commit, interval or off' },
    ]);
  });
});

describe('the credentials of the broker', () => {
  const environment = { AUTOMATE_BROKER_USERNAME: 'me', AUTOMATE_BROKER_PASSWORD: '12345' };
  const credentials = { username: 'me', password: '12345' };

  test('from the environment go with an address from anywhere', () => {
    const flags = { broker: 'mqtt://flag' };
    const broker = 'mqtt://variable';
    expect(load({ environment, flags }).config?.defaultBroker).toEqual({ url: 'mqtt://flag', ...credentials });
    expect(load({ environment: { ...environment, AUTOMATE_BROKER: broker } }).config?.defaultBroker).toEqual({
      url: broker,
      ...credentials,
    });
    const all = load({ environment: { ...environment, AUTOMATE_BROKER: broker }, flags });
    expect(all.config?.defaultBroker).toEqual({ url: 'mqtt://flag', ...credentials });
    const file = 'broker: { url: "mqtt://file", password: other, verify: false }\n';
    expect(load({ file, environment }).config?.defaultBroker).toEqual({
      url: 'mqtt://file',
      verify: false,
      ...credentials,
    });
  });

  test('in the file are not sent to another broker', () => {
    const file = 'broker: { url: "mqtt://file", username: me, password: secret, ca: ca.crt }\n';
    expect(load({ file, flags: { broker: 'mqtt://flag' } }).config?.defaultBroker).toEqual({ url: 'mqtt://flag' });
  });

  test('are not for the embedded one, and a warning says so', () => {
    for (const given of [{ environment }, { environment, flags: { broker: 'embedded' } }]) {
      const { config, problems } = load(given);
      expect(config?.defaultBroker).toBeNull();
      expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
        'warning: AUTOMATE_BROKER_USERNAME is not used: the broker is the embedded one',
        'warning: AUTOMATE_BROKER_PASSWORD is not used: the broker is the embedded one',
      ]);
    }
  });
});

describe('the location', () => {
  test('is a mapping, or a text that fits into a variable', () => {
    const location = { latitude: -33.87, longitude: 151.2 };
    expect(load({}).config?.location).toBeNull();
    expect(load({ file: `location: ${JSON.stringify(location)}\n` }).config?.location).toEqual(location);
    expect(load({ file: 'location: "-33.87, 151.2"\n' }).config?.location).toEqual(location);
    expect(load({ environment: { AUTOMATE_LOCATION: '-33.87,151.2' } }).config?.location).toEqual(location);
  });

  test.each([
    '{ latitude: 91, longitude: 0 }',
    '{ latitude: 1 }',
    '"91, 0"',
    '"Paris"',
    '{ latitude: 1, longitude: 181 }',
  ])('is on earth, unlike %s', (location) => {
    expect(load({ file: `location: ${location}\n` }).problems.length).toBe(1);
  });

  test('is where the sun of the rules is', async () => {
    const { folder, config } = load({ file: 'location: { latitude: 48.86, longitude: 2.29 }\n' });
    const path = join(folder, 'rule.yaml');
    writeFileSync(path, 'on: { sun: sunset }\nlog: x\n');
    if (config === undefined) throw new Error('no configuration');
    const checked = await checkRules(config, [path]);
    expect(checked.problems).toEqual([]);
    const [schedule] = [...checked.running.values()].flatMap(({ rules }) => rules[0]?.rule.schedules ?? []);
    expect(schedule?.id).toBe('sun sunset 0 48.86 2.29');
  });
});

describe('a setting that cannot be used', () => {
  test.each<[Given, string]>([
    [
      { environment: { AUTOMATE_HTTP_TOKEN: 'short' } },
      'AUTOMATE_HTTP_TOKEN cannot set http.token: expected at least 8 visible ASCII characters',
    ],
    [
      { file: 'http: { token: long-enough }\n', environment: { AUTOMATE_HTTP: '9464' } },
      'AUTOMATE_HTTP cannot set http: expected host:port, such as 127.0.0.1:9464, or off',
    ],
    [
      { flags: { http: '127.0.0.1:99999' } },
      '--http cannot set http: expected host:port, such as 127.0.0.1:9464, or off',
    ],
    [
      { environment: { AUTOMATE_LOG_LEVEL: 'loud' } },
      'AUTOMATE_LOG_LEVEL cannot set log.level: expected debug, info, warn, error or silent',
    ],
    [
      { environment: { AUTOMATE_LIMITS_HOPS: 'few' } },
      'AUTOMATE_LIMITS_HOPS cannot set limits.hops: expected a number',
    ],
    [
      { flags: { broker: 'localhost' } },
      '--broker cannot set broker: expected `embedded` or an address such as mqtt://host:1883',
    ],
    [
      { environment: { AUTOMATE_BROKER_KEEPALIVE: 'long' }, flags: { broker: 'mqtt://h' } },
      'AUTOMATE_BROKER_KEEPALIVE cannot set broker.keepalive: expected a duration such as 30s, 5m or 1h30m',
    ],
  ])('names its source and what was expected: %j', (given, message) => {
    expect(load(given).problems).toMatchObject([{ severity: 'error', message }]);
  });
});

test('rules can use what `.env` says, and the environment stands over it', async () => {
  const dotEnv = 'SECRET=from-the-file\nPLACE=from-the-file\n';
  const { folder, config } = load({ dotEnv, environment: { PLACE: 'from-outside' } });
  if (config === undefined) throw new Error('the configuration is refused');
  const text = 'vars: { s: "${env:SECRET}", p: "${env:PLACE}" }\nrules: [{ on: a, log: "${s} ${p}" }]\n';
  const path = join(folder, 'rule.yaml');
  writeFileSync(path, text);
  expect(await checkRules(config, [path])).toMatchObject({ rules: 1, problems: [] });
  const { rules, problems } = new RuleCompiler(config, false).compile({ files: [{ path, text }], unreadable: [] });
  expect(problems).toEqual([]);
  const machine = new Machine(new Program(rules), MACHINE_LIMITS, () => {});
  const delivery = { broker: DEFAULT_BROKER, topic: 'a', payload: Buffer.from(''), qos: 0, retained: false } as const;
  machine.ingest(new Message({ ...delivery, duplicate: false, properties: undefined }, 0, noPayloads()), 0);
  expect(machine.takeEffects()).toMatchObject([{ message: 'from-the-file from-outside' }]);
});

test('a folder of rules is looked for beside the file that names it, one from outside in the working directory', () => {
  for (const file of ['', 'rules: mine\n']) {
    const { folder, config } = load({ file });
    expect(config?.rules).toBe(join(folder, file === '' ? 'rules' : 'mine'));
    expect(load({ file, environment: { AUTOMATE_RULES: 'elsewhere' } }).config?.rules).toBe('elsewhere');
    expect(load({ file, dotEnv: 'AUTOMATE_RULES=elsewhere\n' }).config?.rules).toBe('elsewhere');
    expect(load({ file, flags: { rules: '../elsewhere' } }).config?.rules).toBe('../elsewhere');
  }
});
