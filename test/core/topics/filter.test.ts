import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterCovers, filterMatches, filtersOverlap, isFilter, parseFilter } from '../../../src/core/topics/filter.ts';
import { runs } from '../../property-runs.ts';
import { allTopics, filter, matches, topic } from './small-topics.ts';

describe('a topic filter', () => {
  test.each([
    ['a', 'a', []],
    ['a/b', 'a/b', []],
    ['/', '/', []],
    ['/a//b/', '/a//b/', []],
    ['home/+room/temperature', 'home/+/temperature', ['room']],
    ['+a/+b/+', '+/+/+', ['a', 'b', null]],
    ['#', '#', [null]],
    ['#rest', '#', ['rest']],
    ['home/#rest', 'home/#', ['rest']],
    ['+_x1/#', '+/#', ['_x1', null]],
    ['$SYS/#', '$SYS/#', [null]],
    ['$share/workers/jobs/+id', '$share/workers/jobs/+', ['id']],
    ['$share/g//a', '$share/g//a', []],
    ['größe/°C', 'größe/°C', []],
    ['a b/ c', 'a b/ c', []],
    ['$shared/x', '$shared/x', []],
  ])('%s is sent as %s and names %j', (text, sent, names) => {
    const parsed = parseFilter(text);
    expect(parsed).toMatchObject({ text: sent, names });
    expect(isFilter(parsed)).toBe(true);
  });

  test('leaves the group of a shared subscription out of what is matched', () => {
    expect(parseFilter('$share/workers/jobs/+id')).toMatchObject({ levels: ['jobs', '+'] });
  });

  test.each([
    ['', 0, 'a topic filter cannot be empty'],
    ['a/#/b', 2, '`#` matches all the rest, so it can only be the last level'],
    ['#rest/b', 0, '`#` matches all the rest, so it can only be the last level'],
    ['a/+1x', 2, '"+1x" is not a wildcard: after + comes a name of letters, digits and _, or nothing'],
    ['a/+my-room/b', 2, '"+my-room" is not a wildcard: after + comes a name of letters, digits and _, or nothing'],
    ['a/#x y', 2, '"#x y" is not a wildcard: after # comes a name of letters, digits and _, or nothing'],
    ['+/++', 2, '"++" is not a wildcard: after + comes a name of letters, digits and _, or nothing'],
    ['home/room+/x', 9, '"room+" mixes text and a wildcard'],
    ['home/a#', 6, '"a#" mixes text and a wildcard'],
    ['+a/x/+a', 5, 'the name "a" is used twice in one filter'],
    ['+a/#a', 3, 'the name "a" is used twice in one filter'],
    ['$share', 0, 'a shared subscription is `$share/<group>/<filter>`'],
    ['$share/g', 0, 'a shared subscription is `$share/<group>/<filter>`'],
    ['$share//a', 0, 'a shared subscription is `$share/<group>/<filter>`'],
    ['$share/+g/a', 0, 'a shared subscription is `$share/<group>/<filter>`'],
    ['a\0b', 0, 'this topic filter cannot be used: it has a control character'],
    ['a/\u007f', 0, 'this topic filter cannot be used: it has a control character'],
    ['a/\uFFFE', 0, 'this topic filter cannot be used: it has a control character'],
    ['a/\u{1FFFF}', 0, 'this topic filter cannot be used: it has a control character'],
    ['a/\uD800', 0, 'this topic filter cannot be used: it is not valid Unicode'],
    ['x'.repeat(65_536), 0, 'this topic filter cannot be used: it is longer than 65 535 bytes'],
    ['°'.repeat(32_768), 0, 'this topic filter cannot be used: it is longer than 65 535 bytes'],
    ['/'.repeat(128), 0, 'this topic filter cannot be used: it has more than 128 levels'],
    ['$share/g/a/+b+', 11, '"+b+" is not a wildcard: after + comes a name of letters, digits and _, or nothing'],
  ])('%s is refused at %i: %s', (text, offset, message) => {
    const parsed = parseFilter(text);
    expect(isFilter(parsed)).toBe(false);
    expect(parsed).toMatchObject({ offset, message });
  });

  test.each([
    ['#', 'a', true],
    ['#', '/', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['$SYS/+', '$SYS/$x', true],
    ['a/#', 'a', true],
    ['a/#', 'a/', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['+', '', true],
    ['+/+', '/', true],
    ['/+', '/a', true],
    ['+', '/a', false],
    ['a//b', 'a/b', false],
    ['a/+/b', 'a//b', true],
    ['A', 'a', false],
    ['$share/g/a/+', 'a/b', true],
    ['$share/g/#', '$SYS/x', false],
  ])('%s and %s: %s', (filter, topic, expected) => {
    expect(filterMatches(filter, topic)).toBe(expected);
  });

  test('matches what the definition says', () => {
    fc.assert(
      fc.property(filter, topic, (filter, topic) => {
        expect(filterMatches(filter, topic)).toBe(matches(filter, topic));
      }),
      { numRuns: runs(5000) },
    );
  });

  test('covers another when it matches all that the other matches', () => {
    fc.assert(
      fc.property(filter, filter, (outer, inner) => {
        const covered = allTopics.every((topic) => !matches(inner, topic) || matches(outer, topic));
        expect(filterCovers(outer, inner)).toBe(covered);
      }),
      { numRuns: runs(1500) },
    );
  });

  test('covers nothing when one of them is shared, but itself', () => {
    expect(filterCovers('$share/g/#', 'a')).toBe(false);
    expect(filterCovers('#', '$share/g/a')).toBe(false);
    expect(filterCovers('$share/g/a', '$share/g/a')).toBe(true);
  });

  test('overlaps another when some topic is matched by both', () => {
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        const overlap = allTopics.some((topic) => matches(one, topic) && matches(other, topic));
        expect(filtersOverlap(one, other)).toBe(overlap);
      }),
      { numRuns: runs(1500) },
    );
  });
});
