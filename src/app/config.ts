import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parseEnv } from 'node:util';
import { DEFAULT_EMBEDDED_LIMITS } from '../adapters/broker/options.ts';
import { HTTP_LIMITS, type HttpLimits } from '../adapters/http-client/limits.ts';
import type { Sync } from '../adapters/level/level-store.ts';
import { errorOf } from '../core/caught.ts';
import { MACHINE_LIMITS } from '../core/limits.ts';
import type { Location } from '../core/schedules/sun.ts';
import { parseDocument } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import type { Problem } from '../spec/problem.ts';
import { checkShape } from '../spec/shape.ts';
import { parseSize } from '../spec/size.ts';
import { substitute, type Surroundings } from '../spec/substitute.ts';
import { RULE_LIMITS, type RuleLimits } from '../compile/limits.ts';
import { compileRate } from '../compile/rule.ts';
import type { EngineLimits } from '../runtime/limits.ts';
import { applySettings, settingsOf, type Setting } from './config-layers.ts';
import { configShape, hostAndPort, parseLocation, type BrokerSpec, type ConfigSpec } from './config-shape.ts';

/** How the engine is to run: every value settled. */
export interface Config {
  /** What was written, with the settings from outside put over it; `rules` is relative to the working directory. */
  readonly spec: ConfigSpec;
  /** The folder that paths in the configuration are relative to. */
  readonly folder: string;
  /** The environment over what `.env` says, for `${env:…}` in the rules. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly rules: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly token: string | undefined;
    readonly names: readonly string[];
  } | null;
  readonly instance: string;
  readonly timezone: string;
  readonly logic: 'sql' | 'reference';
  readonly location: Location | null;
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
    readonly format: 'json' | 'pretty' | null;
  };
  /** Where state is kept, and when it is on the disk; null: it is not kept. */
  readonly state: { readonly folder: string; readonly sync: Sync; readonly trustDowntime: boolean } | null;
  /** Null: the embedded one. */
  readonly defaultBroker: BrokerSpec | null;
  readonly brokers: Readonly<Record<string, BrokerSpec>>;
  readonly embedded: {
    readonly host: string;
    readonly port: number;
    readonly maxConnections: number;
    readonly maxPacketSizeBytes: number;
    readonly maxRetained: number;
  };
  readonly limits: EngineLimits & Pick<RuleLimits, 'maxKeys' | 'ttl' | 'rate'> & { readonly http: HttpLimits };
}

/** The configuration, or what is wrong with it; `problems` of one that is ok are warnings. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: Config; readonly problems: readonly Problem[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** The text of a file that problems name, if it was read: a variable and a flag have none. */
      readonly textOf: (file: string) => string | undefined;
    };

/** Where the configuration comes from: the file (looked for if null), the environment, and flags, the strongest last. */
export interface ConfigSources {
  readonly file: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: readonly Setting[];
}

const DEFAULT_FILE = 'automate.yaml';
const DEFAULT_STATE = 'data/state';

/** Read the configuration. All mistakes at once, each with its place. */
export function loadConfig({ file, environment, flags }: ConfigSources): LoadedConfig {
  const path = file ?? DEFAULT_FILE;
  const folder = dirname(path);
  const text = readText(path);
  const problems: Problem[] = [];
  if (text instanceof Error) {
    if (file !== null || !isMissing(text)) {
      return {
        ok: false,
        problems: [
          { ...start(path), severity: 'error', code: 'unreadable', message: `cannot read it: ${text.message}` },
        ],
        textOf: () => undefined,
      };
    }
  }
  const variables = { ...dotEnv(join(folder, '.env'), problems), ...environment };
  const base = text instanceof Error ? {} : readFile(path, text, surroundings({ variables, folder }), problems);
  const fromEnvironment = settingsOf(variables);
  problems.push(...fromEnvironment.problems);
  const spec =
    base === null
      ? null
      : applySettings(
          {
            ...base,
            rules: relativeTo(folder, base.rules ?? 'rules'),
            state: stateBeside(folder, base.state),
          },
          [...fromEnvironment.settings, ...flags],
          problems,
        );
  const settled = spec === null ? null : settle(configShape.parse(spec), folder, variables);
  if (settled === null || problems.some(({ severity }) => severity === 'error')) {
    return { ok: false, problems, textOf: (named) => (named === path && typeof text === 'string' ? text : undefined) };
  }
  return { ok: true, config: settled, problems };
}

/** What `${env:…}` and `${file:…}` mean here. */
export function surroundings({ variables, folder }: Pick<Config, 'variables' | 'folder'>): Surroundings {
  return {
    env: (name) => variables[name],
    file: (path) => readText(isAbsolute(path) ? path : join(folder, path)),
  };
}

function readFile(path: string, text: string, around: Surroundings, problems: Problem[]): ConfigSpec | null {
  const parsed = parseDocument(path, text);
  if (!parsed.ok) {
    const [only] = parsed.problems;
    if (only?.code === 'empty-file') return {};
    problems.push(...parsed.problems);
    return null;
  }
  const { document } = parsed;
  const filled = substitute(document, [], document.data, around);
  if ('problems' in filled) {
    problems.push(...filled.problems);
    return null;
  }
  const shaped = checkShape(document, [], filled.value, configShape, { noun: 'the configuration' });
  if ('value' in shaped) return shaped.value;
  problems.push(...shaped.problems);
  return null;
}

function settle(spec: ConfigSpec, folder: string, variables: Config['variables']): Config {
  const { limits = {}, embedded = {}, brokers = {} } = spec;
  const payloadBytes = parseSize(limits.payload ?? '') ?? RULE_LIMITS.maxPayloadBytes;
  return {
    spec,
    folder,
    variables,
    rules: spec.rules ?? 'rules',
    state: settleState(spec.state),
    http: settleHttp(spec.http),
    instance: spec.instance ?? 'main',
    timezone: spec.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    location: settleLocation(spec.location),
    logic: spec.logic ?? 'sql',
    log: { level: spec.log?.level ?? 'info', format: spec.log?.format ?? null },
    defaultBroker: spec.broker === undefined || spec.broker === 'embedded' ? null : asMapping(spec.broker),
    brokers: Object.fromEntries(Object.entries(brokers).map(([name, broker]) => [name, asMapping(broker)])),
    embedded: {
      host: embedded.host ?? '127.0.0.1',
      port: embedded.port ?? 1883,
      maxConnections: embedded.max_connections ?? DEFAULT_EMBEDDED_LIMITS.maxConnections,
      maxPacketSizeBytes: parseSize(embedded.max_packet_size ?? '') ?? DEFAULT_EMBEDDED_LIMITS.maxPacketSizeBytes,
      maxRetained: embedded.max_retained ?? DEFAULT_EMBEDDED_LIMITS.maxRetained,
    },
    limits: {
      payloadBytes,
      machine: {
        ...MACHINE_LIMITS,
        steps: limits.steps ?? MACHINE_LIMITS.steps,
        elements: limits.elements ?? MACHINE_LIMITS.elements,
        lookupKeys: limits.lookup_keys ?? MACHINE_LIMITS.lookupKeys,
        hops: limits.hops ?? MACHINE_LIMITS.hops,
      },
      inbox: { messages: limits.inbox ?? 100_000, turn: 1000 },
      outbox: {
        messages: limits.outbox ?? 10_000,
        bytes: parseSize(limits.outbox_size ?? '') ?? 64 * 1024 * 1024,
        inFlight: limits.in_flight ?? 64,
      },
      http: {
        inFlight: limits.http_in_flight ?? HTTP_LIMITS.inFlight,
        perServer: limits.http_per_server ?? HTTP_LIMITS.perServer,
        queue: limits.http_queue ?? HTTP_LIMITS.queue,
        queueBytes: parseSize(limits.http_queue_size ?? '') ?? HTTP_LIMITS.queueBytes,
      },
      maxKeys: limits.max_keys ?? RULE_LIMITS.maxKeys,
      ttl: parseDuration(limits.ttl ?? '') ?? RULE_LIMITS.ttl,
      rate: compileRate(limits.rate_limit, RULE_LIMITS.rate),
    },
  };
}

function settleHttp(http: ConfigSpec['http'] = {}): Config['http'] {
  const { listen = '127.0.0.1:9464', token, names = [] } = typeof http === 'string' ? { listen: http } : http;
  const address = hostAndPort(listen);
  if (address === undefined) return null; // `off`, by its shape.
  return { host: address.host === '' ? '127.0.0.1' : address.host, port: address.port, token, names };
}

function settleLocation(location: ConfigSpec['location']): Location | null {
  return typeof location === 'string' ? (parseLocation(location) ?? null) : (location ?? null);
}

function asMapping(broker: string | BrokerSpec): BrokerSpec {
  return typeof broker === 'string' ? { url: broker } : broker;
}

/** Its folder is relative to that of the file. */
function stateBeside(folder: string, state: ConfigSpec['state']): ConfigSpec['state'] {
  const { folder: own = DEFAULT_STATE, ...rest } = typeof state === 'object' ? state : { folder: state };
  return { ...rest, folder: own === 'memory' ? own : relativeTo(folder, own) };
}

function settleState(state: ConfigSpec['state']): Config['state'] {
  const spec = typeof state === 'object' ? state : { folder: state };
  const { folder = DEFAULT_STATE, sync = 'commit', trust_downtime: trustDowntime = true } = spec;
  return folder === 'memory' ? null : { folder, sync, trustDowntime };
}

function relativeTo(folder: string, path: string): string {
  return isAbsolute(path) || folder === '.' ? path : join(folder, path);
}

function start(file: string): Pick<Problem, 'file' | 'line' | 'column' | 'length'> {
  return { file, line: 1, column: 1, length: 1 };
}

function dotEnv(path: string, problems: Problem[]): Record<string, string | undefined> {
  const text = readText(path);
  if (typeof text === 'string') return { ...parseEnv(text) };
  if (!isMissing(text))
    problems.push({
      ...start(path),
      severity: 'warning',
      code: 'unreadable',
      message: `cannot read it: ${text.message}`,
    });
  return {};
}

function readText(path: string): string | Error {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return errorOf(error);
  }
}

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT';
}
