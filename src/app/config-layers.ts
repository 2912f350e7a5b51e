import type { z } from 'zod';
import { nearest } from '../core/nearest.ts';
import type { Problem } from '../spec/problem.ts';
import { choices, wordFor } from '../spec/shape-words.ts';
import { configShape } from './config-shape.ts';

/** One setting from outside the configuration file: where it came from, which key it sets, and its text. */
export interface Setting {
  /** As a person would name it: `AUTOMATE_BROKER` or `--broker`. */
  readonly source: string;
  readonly path: readonly string[];
  readonly text: string;
}

/** `AUTOMATE_LOG_LEVEL` sets `log.level`. Mappings with free names (`brokers`) can only be set in the file. */
const ENVIRONMENT: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ['broker'],
    ...[
      'username',
      'password',
      'ca',
      'cert',
      'key',
      'verify',
      'client_id',
      'protocol',
      'clean',
      'session_expiry',
      'keepalive',
    ].map((key) => ['broker', key]),
    ...['host', 'port', 'max_connections', 'max_packet_size', 'max_retained'].map((key) => ['embedded', key]),
    ['rules'],
    ['state'],
    ['state', 'sync'],
    ['state', 'trust_downtime'],
    ['http'],
    ['http', 'token'],
    ['instance'],
    ['timezone'],
    ['location'],
    ['logic'],
    ['log', 'level'],
    ['log', 'format'],
    ...Object.keys(unwrapped('limits')).map((key) => ['limits', key]),
  ].map((path) => [`AUTOMATE_${path.join('_').toUpperCase()}`, path]),
);

/** The settings that an environment holds, and a warning for each `AUTOMATE_…` that sets nothing. */
export function settingsOf(environment: Readonly<Record<string, string | undefined>>): {
  settings: Setting[];
  problems: Problem[];
} {
  const settings: Setting[] = [];
  const problems: Problem[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('AUTOMATE_') || text === undefined) continue;
    const path = ENVIRONMENT.get(name);
    if (path !== undefined) settings.push({ source: name, path, text });
    else {
      const message = `${name} sets nothing`;
      const meant = nearest(name, ENVIRONMENT.keys());
      const hint = meant === undefined ? `Known: ${[...ENVIRONMENT.keys()].join(', ')}` : `Did you mean ${meant}?`;
      problems.push({ ...at(name), severity: 'warning', code: 'unknown-variable', message, hint });
    }
  }
  return { settings, problems };
}

/**
 * Put settings over what the file says, later ones over earlier: first those of a whole, then those of a part, whatever
 * their order. An address of the default broker takes the place of all that the file says of it: a password belongs to
 * one broker. An address of `http` leaves the token. Each is checked by itself, so that a mistake names its source.
 */
export function applySettings(
  base: Readonly<Record<string, unknown>>,
  settings: readonly Setting[],
  problems: Problem[],
): Record<string, unknown> {
  let config: Record<string, unknown> = { ...base };
  const isPart = ({ path }: Setting): boolean => path.length > 1;
  for (const setting of [...settings.filter((one) => !isPart(one)), ...settings.filter(isPart)]) {
    const { source, text } = setting;
    const { broker = 'embedded' } = config;
    if (setting.path[0] === 'broker' && isPart(setting) && broker === 'embedded') {
      const message = `${source} is not used: the broker is the embedded one`;
      const hint = 'Give the address of the broker with --broker or AUTOMATE_BROKER';
      problems.push({ ...at(source), severity: 'warning', code: 'unused-variable', message, hint });
      continue;
    }
    const path = WHOLE[setting.path.join('.')] ?? setting.path;
    const next = [asData(text), text]
      .map((value) => withValue(config, path, value))
      .find((candidate) => configShape.safeParse(candidate).success);
    if (next !== undefined) {
      config = next;
      continue;
    }
    const result = configShape.safeParse(withValue(config, path, text));
    const message = `${source} cannot set ${setting.path.join('.')}: ${result.success ? '' : reasonAt(path, result.error)}`;
    problems.push({ ...at(source), severity: 'error', code: 'invalid-value', message });
  }
  return config;
}

/** What a value that is written short stands for. */
const SHORT: Readonly<Record<string, string>> = { broker: 'url', http: 'listen', state: 'folder' };

/** A setting that leaves the rest of its mapping as it is. */
const WHOLE: Readonly<Record<string, readonly string[]>> = { http: ['http', 'listen'], state: ['state', 'folder'] };

function at(source: string): Pick<Problem, 'file' | 'line' | 'column' | 'length'> {
  return { file: source, line: 1, column: 1, length: 1 };
}

/** Why the value at a path is refused; what a schema says in its own words comes first. */
function reasonAt(path: readonly string[], { issues }: z.ZodError): string {
  const here = issues.flatMap((issue) => leaves(issue, [])).filter(({ at }) => at === path.join('.'));
  const { message } = here.find(({ own }) => own) ?? here[0] ?? { message: 'not a value for this key' };
  return message;
}

/** The mistakes behind one issue, those in the branches of a choice included. */
function leaves(
  issue: z.core.$ZodIssue,
  base: readonly PropertyKey[],
): { at: string; own: boolean; message: string }[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return issue.errors.flat().flatMap((inner) => leaves(inner, path));
  }
  const own = !issue.message.startsWith('Invalid');
  return [{ at: path.join('.'), own, message: own ? issue.message : expectation(issue) }];
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `expected ${choices(issue.values.map(String))}`;
  return issue.code === 'invalid_type' ? `expected ${wordFor(issue.expected)}` : issue.message;
}

/** A number or a boolean if it reads as one: `1883`, `true`. */
function asData(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** A copy with one value changed. A broker or an http address written short becomes a mapping when a part is set. */
function withValue(
  config: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return { ...config, [key]: value };
  const inner = config[key];
  const short = typeof inner === 'string' ? { [SHORT[key] ?? key]: inner } : undefined;
  const mapping = short ?? (typeof inner === 'object' && inner !== null ? { ...inner } : {});
  return { ...config, [key]: withValue(mapping, rest, value) };
}

function unwrapped(key: 'limits'): Readonly<Record<string, unknown>> {
  return configShape.shape[key].unwrap().shape;
}
