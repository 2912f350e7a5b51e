import type { Path } from '../spec/document.ts';
import { UNAVAILABLE } from './keywords.ts';
import type { Report } from './report.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** A rule, or defaults, without the keys that this version does not have: each is reported. */
export function withoutUnavailable(value: Mapping, path: Path, report: Report): Mapping {
  const kept: [string, unknown][] = [];
  for (const [key, entry] of Object.entries(value)) {
    if (UNAVAILABLE.has(key)) refuse([...path, key], `\`${key}\` is`, report);
    else if (key !== 'on' || !hasUnavailableInput(entry, [...path, key], report)) kept.push([key, entry]);
  }
  return Object.fromEntries(kept);
}

/** Whether `on` has what only later versions listen to, which is reported. */
function hasUnavailableInput(on: unknown, path: Path, report: Report): boolean {
  if (Array.isArray(on)) {
    return on.map((one, i) => isMapping(one) && hasUnavailableTrigger(one, [...path, i], report)).includes(true);
  }
  return isMapping(on) && hasUnavailableTrigger(on, path, report);
}

/** Keys of inputs that are no messages. */
const TRIGGERS = ['every', 'schedule', 'sun', 'start'];

function hasUnavailableTrigger(input: Mapping, path: Path, report: Report): boolean {
  const found = TRIGGERS.filter((key) => Object.hasOwn(input, key));
  for (const key of found) refuse([...path, key], `\`${key}\` is`, report);
  return found.length > 0;
}

function refuse(path: Path, what: string, report: Report): void {
  report.errorAtKey(
    path,
    'unavailable',
    `${what} part of the rule language, but not available in this version`,
    'The rule is refused rather than run without it',
  );
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
