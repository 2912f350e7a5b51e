import { describe, expect, test } from 'vitest';
import { topicFault } from '../../../src/core/topics/topic.ts';

describe('a topic to publish to', () => {
  test.each([
    'a',
    'a/b',
    '/',
    '//',
    'größe',
    '$own/x',
    'x'.repeat(65_535),
    '°'.repeat(32_767),
    '/'.repeat(127),
    '\u{1F600}',
  ])('may be %s', (topic) => {
    expect(topicFault(topic)).toBeNull();
  });

  test.each([
    ['', 'it is empty'],
    ['a/+', 'it has a wildcard (+ or #)'],
    ['#', 'it has a wildcard (+ or #)'],
    ['a\0', 'it has a control character'],
    ['a\n', 'it has a control character'],
    ['\u0085', 'it has a control character'],
    ['\uFDD0', 'it has a control character'],
    ['\u{10FFFE}', 'it has a control character'],
    ['\uDC00', 'it is not valid Unicode'],
    ['x'.repeat(65_536), 'it is longer than 65 535 bytes'],
    ['€'.repeat(21_846), 'it is longer than 65 535 bytes'],
    ['\u{1F600}'.repeat(16_384), 'it is longer than 65 535 bytes'],
    ['/'.repeat(128), 'it has more than 128 levels'],
  ])('may not be %j: %s', (topic, fault) => {
    expect(topicFault(topic)).toBe(fault);
  });
});
