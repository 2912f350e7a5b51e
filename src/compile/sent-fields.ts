import { isMapping } from '../core/logic/value.ts';
import { filterMatches } from '../core/topics/filter.ts';

/** The fields of a payload that a test sends, and its topic. */
export interface SentFields {
  readonly topic: string;
  readonly fields: readonly string[];
}

/** What tests send, as they are written: what cannot be understood is passed over, as it is told of elsewhere. */
export function sentFields(tests: unknown): SentFields[] {
  return listOf(tests).flatMap((test) =>
    listOf(entryOf(test, 'script')).flatMap((step) => {
      const topic = entryOf(step, 'send');
      const payload = entryOf(step, 'payload');
      if (typeof topic !== 'string' || !isMapping(payload)) return [];
      return [{ topic, fields: Object.keys(payload) }];
    }),
  );
}

/** The fields that are sent on topics which the filters match. */
export function fieldsReaching(sent: readonly SentFields[], filters: readonly string[]): Set<string> {
  return new Set(
    sent.flatMap(({ topic, fields }) => (filters.some((filter) => filterMatches(filter, topic)) ? fields : [])),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function entryOf(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined;
}
