import fc from 'fast-check';

const LEVELS = ['a', 'b', '', '$s'];
/** One level more than the filters have, and a level that no filter names: no topic that tells filters apart is missed. */
const DEPTH = 4;

/** Topics of few levels over a small alphabet. */
export const allTopics: readonly string[] = Array.from({ length: DEPTH }, (_, i) => topicsOf(i + 1)).flat();

function topicsOf(depth: number): string[] {
  const names = [...LEVELS, 'other'];
  if (depth === 1) return names;
  return topicsOf(depth - 1).flatMap((start) => names.map((level) => `${start}/${level}`));
}

export const topic: fc.Arbitrary<string> = fc.constantFrom(...allTopics);

/** Filters that such topics may match. */
export const filter: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...LEVELS, '+', '+'), { minLength: 0, maxLength: DEPTH - 1 }),
    fc.constantFrom(...LEVELS, '+', '#', '#'),
  )
  .map(([levels, last]) => [...levels.slice(0, DEPTH - 2), last].join('/'))
  .filter((text) => text !== '');

/** Whether a filter matches a topic, as MQTT says it: `#` is any levels or none, `+` is one, neither is a first `$…`. */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const escape = (level: string): string => level.replaceAll('$', '\\$');
  const levels = filter.split('/').map((level) => (level === '+' ? '[^/]*' : escape(level)));
  const pattern =
    levels.at(-1) !== '#' ? levels.join('/') : levels.length === 1 ? '.*' : `${levels.slice(0, -1).join('/')}(/.*)?`;
  return new RegExp(`^${pattern}$`).test(topic);
}
