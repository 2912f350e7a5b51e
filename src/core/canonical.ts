/**
 * A text that two values of JSON share if and only if they are the same: the order of a mapping's keys does not count,
 * and a number that is too large to be one (JSON's `1e999`) is unknown, as a null is.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).map(([key, element]) => `${JSON.stringify(key)}:${canonical(element)}`);
  return `{${entries.sort().join()}}`;
}
