/** About how much memory a value of JSON takes: a unit for each text character and eight for each element and key. */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return EACH + value.length;
  if (typeof value !== 'object' || value === null) return EACH;
  let weight = EACH;
  if (Array.isArray(value)) for (const element of value) weight += weightOf(element);
  else for (const [key, element] of Object.entries(value)) weight += EACH + key.length + weightOf(element);
  return weight;
}

const EACH = 8;
