import type { QoS } from '../../core/event.ts';
import { filterCovers } from '../../core/topics/filter.ts';
import { TopicTrie } from '../../core/topics/trie.ts';

/**
 * The fewest of these filters that match what all of them match: each one covered by another is left out, and the other
 * has the highest QoS of the two. Shared subscriptions stay as they are.
 */
export function coveringFilters(filters: ReadonlyMap<string, QoS>): Map<string, QoS> {
  const covering = new Map(filters);
  // A filter covers another only if it has a wildcard, and most have none or few.
  const wild = [...filters.keys()].filter((filter) => isWild(filter) && !filter.startsWith('$share/'));
  const trie = new TopicTrie<string[]>();
  for (const filter of wild) trie.at(filter, () => []).push(filter);
  const overlaps = trie.overlaps();
  // The narrower first, so that a QoS travels up through a chain of filters.
  const narrowFirst = [...filters.keys()].sort((a, b) => wildness(a) - wildness(b));
  for (const inner of narrowFirst) {
    const qos = covering.get(inner) ?? 0;
    let outer: string | undefined;
    overlaps.find(inner.split('/'), (found) => {
      for (const filter of found)
        if (filter !== inner && covering.has(filter) && filterCovers(filter, inner)) outer ??= filter;
    });
    if (outer === undefined) continue;
    covering.delete(inner);
    // Only as high as the widest of a chain; those in between are left out in their turn and hand it on.
    if (qos > (covering.get(outer) ?? 0)) covering.set(outer, qos);
  }
  return covering;
}

function isWild(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

/** Larger for a filter that covers another: first by `#` and how early it comes, then by the number of `+`. */
function wildness(filter: string): number {
  const levels = filter.split('/');
  const single = levels.filter((level) => level === '+').length;
  return levels.at(-1) === '#' ? (1_000_000 - levels.length) * 1_000 + single : single;
}
