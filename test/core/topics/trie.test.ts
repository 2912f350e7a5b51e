import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filtersOverlap } from '../../../src/core/topics/filter.ts';
import { TopicTrie } from '../../../src/core/topics/trie.ts';
import { runs } from '../../property-runs.ts';
import { filter, matches, topic } from './small-topics.ts';

const filters = fc.uniqueArray(filter, { maxLength: 30 });

function trieOf(filters: readonly string[]): TopicTrie<string> {
  const trie = new TopicTrie<string>();
  for (const filter of filters) trie.at(filter, () => filter);
  return trie;
}

function visited(visit: (found: (value: string) => void) => void): string[] {
  const values: string[] = [];
  visit((value) => values.push(value));
  return values.sort();
}

describe('a trie of topic filters', () => {
  test('finds each filter that matches a topic, once', () => {
    fc.assert(
      fc.property(filters, topic, (filters, topic) => {
        const found = visited((visit) => trieOf(filters).match(topic.split('/'), visit));
        expect(found).toEqual(filters.filter((filter) => matches(filter, topic)).sort());
      }),
      { numRuns: runs(2000) },
    );
  });

  test('finds each filter that shares a topic with another, once', () => {
    fc.assert(
      fc.property(filters, fc.array(filter, { maxLength: 5 }), (filters, asked) => {
        const overlaps = trieOf(filters).overlaps();
        for (const filter of asked) {
          const found = visited((visit) => overlaps.find(filter.split('/'), visit));
          expect(found).toEqual(filters.filter((other) => filtersOverlap(filter, other)).sort());
        }
      }),
      { numRuns: runs(2000) },
    );
  });

  test('has one value for each filter, those of a group included', () => {
    const trie = new TopicTrie<object>();
    const value = trie.at('a/+', () => ({}));
    expect(trie.at('a/+', () => ({}))).toBe(value);
    expect(trie.at('$share/g/a/+', () => ({}))).toBe(value);
    expect(trie.at('a/#', () => ({}))).not.toBe(value);
    expect(trie.size).toBe(2);
  });
});
