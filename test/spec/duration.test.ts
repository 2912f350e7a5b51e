import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationFault, meantParts, parseDuration, parseOffset, printDuration } from '../../src/spec/duration.ts';
import { runs } from '../property-runs.ts';

describe('reads durations as milliseconds', () => {
  test.each([
    ['0s', 0],
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1w2d3h4m5s6ms', 788_645_006],
    ['90m', 5_400_000],
    ['5m250ms', 300_250],
    ['1.5h', 5_400_000],
    ['1.005s', 1_005],
    ['1h0.5m', 3_630_000],
  ])('%s is %i', (text, ms) => expect(parseDuration(text)).toBe(ms));
});

describe('refuses what is no duration', () => {
  test.each([
    [''],
    ['10'],
    ['s'],
    ['-5m'],
    ['+5m'],
    ['5 m'],
    [' 5m'],
    ['5m\n'],
    ['30m1h'],
    ['1h1h'],
    ['5min'],
    ['5M'],
    ['.5h'],
    ['1.h'],
    ['1e3s'],
    ['0.1ms'],
    ['1.0005s'],
    ['9007199254740992ms'],
    ['104249992d'],
    [`${'0'.repeat(100)}1s`],
    ['٥m'],
  ])('%j', (text) => expect(parseDuration(text)).toBeUndefined());
});

describe('says what is meant by what is no duration', () => {
  test.each([
    ['00:05:00', '5m'],
    ['1:30', '1h30m'],
    ['5 minutes', '5m'],
    [' 1.5 Hours', '1.5h'],
    ['250 ms', '250ms'],
    ['2W', '2w'],
    ['10', null],
    ['soon', null],
    [5, null],
  ])('%j', (value, meant) => {
    const message = 'expected a duration such as 30s, 5m or 1h30m';
    expect(durationFault(value)).toBe(meant === null ? message : `${message}: "${value}" is ${meant}`);
  });
});

test('says that a length of time is written out, where a value of vars was meant', () => {
  expect(durationFault('${delay}')).toBe(
    'expected a duration such as 30s, 5m or 1h30m, written out: `${…}` has no meaning here',
  );
});

describe('parts of a duration, as Home Assistant has them', () => {
  test.each([
    [{ minutes: 5 }, '5m'],
    [{ hours: 1, seconds: 30 }, '1h30s'],
    [{ minutes: '5' }, '5m'],
    [{ minutes: 0 }, undefined],
    [{ minutes: 5, at: 3 }, undefined],
    [{}, undefined],
    [[5], undefined],
    [null, undefined],
  ])('%j', (value, meant) => expect(meantParts(value)).toBe(meant));
});

describe('an offset may be negative', () => {
  test.each([
    ['-30m', -1_800_000],
    ['+1h', 3_600_000],
    ['10s', 10_000],
    ['-0s', 0],
    ['--1s', undefined],
    ['-', undefined],
    ['- 1s', undefined],
  ])('%s', (text, ms) => expect(parseOffset(text)).toBe(ms));
});

describe('prints durations in days and smaller', () => {
  test.each([
    [0, '0s'],
    [-0, '0s'],
    [250, '250ms'],
    [5_400_000, '1h30m'],
    [604_800_000, '7d'],
    [90_061_001, '1d1h1m1s1ms'],
    [-1_800_000, '-30m'],
    [1_500.4, '1s500ms'],
    [0.2, '0s'],
  ])('%d as %s', (ms, text) => expect(printDuration(ms)).toBe(text));
});

test('reads what it prints', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (ms) => {
      expect(parseDuration(printDuration(ms))).toBe(ms);
      expect(parseOffset(printDuration(-ms))).toBe(0 - ms);
    }),
    { numRuns: runs(1_000) },
  );
});

test('answers a number of whole milliseconds or nothing, whatever the text', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9.wdhms]{0,12}$/));
  fc.assert(
    fc.property(text, (text) => {
      const ms = parseDuration(text);
      expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
    }),
    { numRuns: runs(2_000) },
  );
});
