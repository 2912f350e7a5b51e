import type { z } from 'zod';
import type { LookupSpec } from '../core/lookup.ts';
import { NEVER } from '../core/stage.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration } from '../spec/duration.ts';
import { compileExpression } from './expression.ts';
import { compileFilter } from './inputs.ts';
import type { NamedLookup } from './input-values.ts';
import { Names } from './names.ts';
import { checkName } from './own-name.ts';
import type { Report } from './report.ts';
import type { lookupShape } from './shapes.ts';

type LookupSource = z.infer<typeof lookupShape>;

/** Compile `with`: each name to what it looks up. Wildcards named like a capture of the trigger are filled in from it. */
export function compileLookups(
  sources: Readonly<Record<string, LookupSource>>,
  path: Path,
  defaultBroker: string,
  brokers: ReadonlySet<string>,
  names: Names,
  report: Report,
): void {
  for (const [name, source] of Object.entries(sources)) {
    const place = [...path, name];
    if (!checkName(name, place, report)) continue;
    const lookup = compileLookup(source, place, defaultBroker, brokers, names, report);
    if (lookup !== null) names.lookups.set(name, lookup);
  }
}

function compileLookup(
  source: LookupSource,
  path: Path,
  defaultBroker: string,
  brokers: ReadonlySet<string>,
  names: Names,
  report: Report,
): NamedLookup | null {
  const {
    topic,
    where,
    ttl,
    codec = 'auto',
    qos = 1,
    broker = defaultBroker,
  } = typeof source === 'string' ? { topic: source } : source;
  const filter = compileFilter(topic, typeof source === 'string' ? path : [...path, 'topic'], report);
  if (!brokers.has(broker)) {
    report.error(
      [...path, 'broker'],
      'unknown-broker',
      `there is no broker called "${broker}"`,
      `Brokers: ${[...brokers].join(', ')}`,
    );
  }
  if (filter === null) return null;
  const bound: number[] = [];
  const open: number[] = [];
  const from: number[] = [];
  for (const [i, name] of filter.names.entries()) {
    const capture = name === null ? -1 : names.captures.indexOf(name);
    const unusable = name === null ? undefined : names.partial.get(name);
    if (unusable !== undefined) report.error(path, 'no-meaning', unusable);
    if (capture === -1) open.push(i);
    else {
      bound.push(i);
      from.push(capture);
    }
  }
  const own = new Names(names.zone, names.vars);
  own.location = names.location;
  own.reference = names.reference;
  own.partial = new Map(filter.names.flatMap((name) => (name === null ? [] : [[name, unseen(name)]])));
  const test = where === undefined ? null : compileExpression(where, [...path, 'where'], 'lookup', own, report);
  const lifetime = ttl === undefined ? NEVER : (parseDuration(ttl) ?? NEVER);
  const spec: LookupSpec = {
    // Equal texts of `where` mean the same only with equal vars.
    id: JSON.stringify([broker, filter.text, bound, codec, lifetime, test === null ? null : [test.logic, names.vars]]),
    broker,
    filter,
    qos,
    codec,
    where: test?.get ?? null,
    ttl: lifetime,
    bound,
    open,
  };
  return { spec, from };
}

/** A table is shared by rules that call its wildcards differently, so its `where` cannot know them. */
function unseen(name: string): string {
  return `\`${name}\` is a wildcard, which the \`where\` of a lookup does not see: compare \`topic\`, or write payload.${name} for the field`;
}
