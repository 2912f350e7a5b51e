import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/core/key.ts';
import { topicFault } from '../../src/core/topics/topic.ts';
import { runs } from '../property-runs.ts';

describe('a key', () => {
  test.each([
    [[], '-'],
    [['kitchen'], 'kitchen'],
    [['kitchen', 'lamp'], 'kitchen/lamp'],
    [['a/b'], 'a%2Fb'],
    [['100%'], '100%25'],
    [['+', '#'], '%2B/%23'],
    [['a\0b\n\u007f'], 'a%00b%0A%7F'],
    [['\u0085'], '%C2%85'],
    [['größe °C'], 'größe °C'],
    [['', ''], '/'],
    [['-'], '-'],
    [['a\ud800', '\udc00'], 'a\ufffd/\ufffd'],
  ])('of %j is %s', (parts, key) => {
    expect(keyOf(parts)).toBe(key);
  });

  test('says all its parts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (parts) => {
        expect(keyOf(parts)?.split('/').map(decodeURIComponent)).toEqual(parts);
      }),
      { numRuns: runs(500) },
    );
  });

  test('can stand in a topic', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), (parts) => {
        expect(topicFault(`x/${keyOf(parts)}`)).toBeNull();
      }),
      { numRuns: runs(500) },
    );
  });
});
