import type { z } from 'zod';
import type { Input, Retained } from '../core/rule.ts';
import { isFilter, parseFilter, type Filter } from '../core/topics/filter.ts';
import type { Path } from '../spec/document.ts';
import { RESERVED } from './reserved-names.ts';
import { checkName } from './own-name.ts';
import type { Report } from './report.ts';
import { areNamedInputs, type OneInput, type inputShape, type onShape } from './shapes.ts';
import { isAboutTime } from './time-shape.ts';

/** What a rule listens to, and the names of its captures. */
export interface Inputs {
  readonly inputs: readonly Input[];
  readonly captures: readonly string[];
  /** Wildcards that not every filter names, so that they cannot be used: by name, why not. */
  readonly partial: ReadonlyMap<string, string>;
  /** The names of named inputs, by port. */
  readonly names: readonly string[];
}

interface Written {
  readonly filter: Filter;
  readonly spec: Omit<z.infer<typeof inputShape>, 'topic'>;
  readonly path: Path;
  readonly port: number;
}

/**
 * Compile the topics of `on`. `retained` is what retained messages do where it does not say. For silence they are no sign
 * of life, whatever it says.
 */
export function compileInputs(
  on: z.infer<typeof onShape>,
  path: Path,
  retained: Retained,
  settings: BrokerSettings,
  report: Report,
  isForSilence = false,
): Inputs {
  const heard = compileSources(on, path, retained, settings, report);
  if (!isForSilence) return heard;
  const inputs = heard.inputs.map((input) =>
    input.retained === 'use' ? { ...input, retained: 'prime' as const } : input,
  );
  return { ...heard, inputs };
}

function compileSources(
  on: z.infer<typeof onShape>,
  path: Path,
  retained: Retained,
  settings: BrokerSettings,
  report: Report,
): Inputs {
  const named = typeof on === 'object' && !Array.isArray(on) && areNamedInputs(on) ? on : null;
  const names = Object.keys(named ?? {});
  for (const name of names) {
    checkName(name, [...path, name], report);
    if (!TIME_WORDS.has(name)) continue;
    const message = `\`${name}\` names an input here, and what stands behind it is a topic`;
    const hint = 'For a time write on: { schedule: "0 7 * * *" }, { every: 30s } or { sun: sunset }';
    report.warning([...path, name], 'looks-like-time', message, hint);
  }
  if (named === null) {
    const heard = settle(collect(on, path, report), false, retained, settings, report);
    return hasTicks(on) ? withoutCaptures(heard) : { ...heard, names };
  }
  const list = Object.entries(named).map(([name, one]): PortSpec => [one, [...path, name]]);
  return { ...compilePorts(list, retained, settings, report), names };
}

/** What people call times elsewhere. */
const TIME_WORDS = new Set(['cron', 'at', 'time', 'timer', 'interval', 'sunset', 'sunrise', 'daily', 'hourly']);

/** What one port listens to, and where that stands. */
export type PortSpec = readonly [OneInput, Path];

/** The brokers of the configuration, by name. */
export interface BrokerSettings {
  /** The broker used where a rule names none, and all there are. */
  readonly defaultBroker: string;
  readonly brokers: ReadonlySet<string>;
}

/** Compile inputs that are told apart, each by its place in the list. The key is the captures that all of them share. */
export function compilePorts(
  ports: readonly PortSpec[],
  retained: Retained,
  settings: BrokerSettings,
  report: Report,
): Inputs {
  const written = ports.flatMap(([one, path], port) =>
    collectOne(one, path, report).map((written) => ({ ...written, port })),
  );
  return settle(written, true, retained, settings, report);
}

function settle(
  written: readonly Written[],
  areApart: boolean,
  retained: Retained,
  { defaultBroker, brokers }: BrokerSettings,
  report: Report,
): Inputs {
  const all = new Set(written.flatMap(({ filter }) => filter.names.filter((name) => name !== null)));
  const partial = partialNames(all, written);
  const captures = [...all].filter((name) => !partial.has(name));
  const order = written[0]?.filter.names ?? [];
  const inputs = written.map(({ filter, spec, path: place, port }): Input => {
    const broker = spec.broker ?? defaultBroker;
    if (!brokers.has(broker)) {
      report.error(
        [...place, 'broker'],
        'unknown-broker',
        `there is no broker called "${broker}"`,
        `Brokers: ${[...brokers].join(', ')}`,
      );
    }
    return {
      kind: 'message',
      port,
      broker,
      filter,
      qos: spec.qos ?? 1,
      codec: spec.codec ?? 'auto',
      retained: spec.retained ?? retained,
      captures: captures.map((name) => filter.names.indexOf(name)),
      key: areApart ? captures.map((name) => filter.names.indexOf(name)) : keyOrder(filter, order),
    };
  });
  return { inputs, captures, partial, names: [] };
}

/** A level that is a wildcard in other languages: `*`, `{room}`, `<room>`, `:room`. */
const FOREIGN_WILDCARD = /(?<=^|\/)(?:\*|\{\w+\}|<\w+>|:\w+)(?=\/|$)/;

/** Read one filter, with its problems reported. */
export function compileFilter(text: string, path: Path, report: Report): Filter | null {
  const parsed = parseFilter(text);
  if (!isFilter(parsed)) {
    report.within('error', path, { offset: parsed.offset, length: 1 }, 'invalid-filter', parsed.message, parsed.hint);
    return null;
  }
  const template = text.indexOf('${');
  if (template !== -1) {
    const message = 'a topic filter is what it is: `${…}` has no meaning in it';
    const hint = 'For any level write a wildcard, such as home/+room/temperature';
    report.within('error', path, { offset: template, length: 2 }, 'invalid-filter', message, hint);
    return null;
  }
  const foreign = FOREIGN_WILDCARD.exec(text);
  if (foreign !== null) {
    const [level] = foreign;
    const message = `"${level}" stands for itself here: it matches no other level`;
    const hint = 'For any level write +, or + and a name: home/+room/temperature';
    report.within('warning', path, { offset: foreign.index, length: level.length }, 'no-wildcard', message, hint);
  }
  const reserved = parsed.names.find((name) => name !== null && RESERVED.has(name));
  if (reserved !== undefined) {
    const offset = Math.max(0, text.search(new RegExp(`[+#]${String(reserved)}`)) + 1);
    report.within(
      'error',
      path,
      { offset, length: reserved?.length ?? 1 },
      'reserved-name',
      `"${String(reserved)}" is a reserved name and cannot name a wildcard`,
    );
    return null;
  }
  return parsed;
}

function collect(on: z.infer<typeof onShape>, path: Path, report: Report): Written[] {
  if (Array.isArray(on)) return on.flatMap((one, i) => collect(one, [...path, i], report));
  if (typeof on === 'object' && isAboutTime(on)) return []; // Compiled by itself.
  return collectOne(on as OneInput, path, report); // Named inputs are collected by their names.
}

function collectOne(one: OneInput, path: Path, report: Report): Written[] {
  if (Array.isArray(one)) return one.flatMap((each, i) => collectOne(each, [...path, i], report));
  if (typeof one === 'string') {
    const filter = compileFilter(one, path, report);
    return filter === null ? [] : [{ filter, spec: {}, path, port: -1 }];
  }
  const { topic, ...spec } = one;
  const topics = typeof topic === 'string' ? [topic] : topic;
  return topics.flatMap((text, i) => {
    const place = typeof topic === 'string' ? [...path, 'topic'] : [...path, 'topic', i];
    const filter = compileFilter(text, place, report);
    return filter === null ? [] : [{ filter, spec, path, port: -1 }];
  });
}

function hasTicks(on: z.infer<typeof onShape>): boolean {
  return typeof on === 'object' && (Array.isArray(on) ? on.some(hasTicks) : isAboutTime(on));
}

/** The same where some messages are ticks, which have no captures. */
function withoutCaptures({ inputs, captures, partial }: Inputs): Inputs {
  const words = (name: string): string =>
    `\`${name}\` is a wildcard of a filter of this rule, but a tick of its schedule has no topic: make two rules of it`;
  return {
    inputs: inputs.map((input) => ({ ...input, captures: [] })),
    captures: [],
    partial: new Map([...captures, ...partial.keys()].map((name) => [name, words(name)])),
    names: [],
  };
}

/** The names that some filter lacks, each with the words that say so. */
function partialNames(all: ReadonlySet<string>, written: readonly Written[]): Map<string, string> {
  const partial = new Map<string, string>();
  for (const name of all) {
    const without = written.find(({ filter }) => !filter.names.includes(name))?.filter.text;
    if (without === undefined) continue;
    partial.set(
      name,
      `\`${name}\` is a wildcard of another filter of this rule, but not of ${without}: name it in every filter`,
    );
  }
  return partial;
}

/** The default key takes all wildcards, in the order in which the first filter names them. */
function keyOrder(filter: Filter, order: readonly (string | null)[]): number[] {
  const places = filter.names.map((_, i) => i);
  const { names } = filter;
  const sameNames = names.length === order.length && names.every((name) => name !== null && order.includes(name));
  return sameNames ? order.map((name) => names.indexOf(name)) : places;
}
