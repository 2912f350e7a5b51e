import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/core/nearest.ts';

const WORDS = ['publish', 'payload', 'throttle', 'round', 'startsWith', 'endsWith', 'and', 'or', 'in', '>='];

describe('nearest', () => {
  test.each([
    ['pubish', 'publish'],
    ['payloda', 'payload'],
    ['trottle', 'throttle'],
    ['Publish', 'publish'],
    ['startswith', 'startsWith'],
    ['nad', 'and'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, WORDS)).toBe(meant);
  });

  test.each(['elephant', 'x', '', 'temperature', 'zz'])('has no idea what %j could be', (word) => {
    expect(nearest(word, WORDS)).toBeUndefined();
  });

  test('answers the first of equally near words', () => {
    expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
  });

  test('never answers the word itself', () => {
    expect(nearest('and', ['and'])).toBeUndefined();
  });

  test('stays quick on an absurdly long word', () => {
    expect(nearest('x'.repeat(1_000_000), WORDS)).toBeUndefined();
  });
});
