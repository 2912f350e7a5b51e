import type { Path } from '../spec/document.ts';
import { UNAVAILABLE } from './keywords.ts';
import type { Report } from './report.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** A rule, or defaults, without the keys that this version does not have: each is reported. */
export function withoutUnavailable(value: Mapping, path: Path, report: Report): Mapping {
  const kept: [string, unknown][] = [];
  for (const [key, entry] of Object.entries(value)) {
    if (!UNAVAILABLE.has(key)) kept.push([key, entry]);
    else {
      report.errorAtKey(
        [...path, key],
        'unavailable',
        `\`${key}\` is part of the rule language, but not available in this version`,
        'The rule is refused rather than run without it',
      );
    }
  }
  return Object.fromEntries(kept);
}
