import { NEVER } from '../core/stage.ts';
import type { MemorySlot } from '../core/stages/memory.ts';
import { parseDuration } from '../spec/duration.ts';
import type { RuleSpec } from './keywords.ts';

/**
 * Milliseconds after which a key that was idle is forgotten. Where the rule does not say, that is never before the time is over
 * for which it remembers something by its own words; and where there are only ticks, and so one key, it waits for the next.
 */
export function lifetime(spec: RuleSpec, memory: readonly MemorySlot[], onlyTicks: boolean, fallback: number): number {
  if (spec.ttl !== undefined) return parseDuration(spec.ttl) ?? fallback;
  const isOneKey = spec.by === undefined || (Array.isArray(spec.by) && spec.by.length === 0);
  if (onlyTicks && isOneKey) return NEVER;
  const { throttle, window, sequence = [] } = spec;
  const lengths = [typeof throttle === 'object' ? throttle.per : throttle, window?.sliding];
  lengths.push(...sequence.map(({ within }) => within));
  const own = lengths.map((length) => (length === undefined ? 0 : (parseDuration(length) ?? 0)));
  own.push(...memory.map(({ ttl }) => (ttl === NEVER ? 0 : ttl)));
  return Math.max(fallback, ...own);
}
