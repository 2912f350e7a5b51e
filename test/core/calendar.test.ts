import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DAY,
  dateOf,
  dayAt,
  dayOf,
  EARLIEST,
  formatDate,
  formatIso,
  LATEST,
  parseClock,
  parseIso,
  parseUtc,
  weekdayOf,
} from '../../src/core/calendar.ts';
import { runs } from '../property-runs.ts';

const anyTime = fc.integer({ min: EARLIEST, max: LATEST });

describe('the calendar', () => {
  test('is that of JavaScript', () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        const date = new Date(at);
        const day = dayAt(at);
        expect(dateOf(day)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
        expect(weekdayOf(day) % 7).toBe(date.getUTCDay());
        expect(formatIso(at)).toBe(date.toISOString().replace('.000Z', 'Z'));
        expect(formatDate(day)).toBe(date.toISOString().slice(0, 10));
      }),
      { numRuns: runs(3_000) },
    );
  });

  test('counts every day once', () => {
    for (let day = dayOf(1895, 1, 1); day < dayOf(2105, 1, 1); day++) {
      const { year, month, day: ofMonth } = dateOf(day);
      expect(dayOf(year, month, ofMonth)).toBe(day);
    }
  });

  test.each([
    [[1970, 1, 1], 0],
    [[2000, 2, 29], 11_016],
    [[1900, 3, 1], -25_508],
    [[2024, 13, 1], 20_089],
    [[2025, 0, 1], 20_058],
    [[2024, 2, 30], 19_783],
  ] as const)('%j is day %i', ([year, month, day], number) => {
    expect(dayOf(year, month, day)).toBe(number);
  });

  test('begins in the year 0 and ends in 9999', () => {
    expect(formatIso(EARLIEST)).toBe('0000-01-01T00:00:00Z');
    expect(formatIso(LATEST)).toBe('9999-12-31T23:59:59.999Z');
  });
});

describe('parseIso', () => {
  const HOUR = 3_600_000;

  test.each([
    ['2023-10-17', '2023-10-17T00:00:00Z', undefined],
    ['2023-10-17T12:45', '2023-10-17T12:45:00Z', undefined],
    ['2023-10-17 12:45:04', '2023-10-17T12:45:04Z', undefined],
    ['2023-10-17T12:45:04Z', '2023-10-17T12:45:04Z', 0],
    ['2023-10-17t12:45:04z', '2023-10-17T12:45:04Z', 0],
    ['2023-10-17T12:45:04.5Z', '2023-10-17T12:45:04.500Z', 0],
    ['2023-10-17T12:45:04,123456789Z', '2023-10-17T12:45:04.123Z', 0],
    ['2023-10-17T12:45:04+02:00', '2023-10-17T12:45:04Z', 2 * HOUR],
    ['2023-10-17T12:45:04 -0330', '2023-10-17T12:45:04Z', -3.5 * HOUR],
    ['2023-10-17T12:45+01', '2023-10-17T12:45:00Z', HOUR],
    ['2024-02-29', '2024-02-29T00:00:00Z', undefined],
  ])('reads %s', (text, local, offset) => {
    const parsed = parseIso(text);
    expect(parsed && formatIso(parsed.local)).toBe(local);
    expect(parsed?.offset).toBe(offset);
  });

  test.each([
    '',
    'today',
    '2023-10-17T',
    '2023-10-17T12',
    '2023-1-7',
    '2023-02-29',
    '2023-13-01',
    '2023-00-01',
    '2023-01-00',
    '2023-01-01T24:00',
    '2023-01-01T12:60',
    '2023-01-01T12:00:60',
    '2023-01-01T12:00:00+24:00',
    '2023-01-01T12:00:00+',
    '2023-01-01T12:00:00Z01',
    '2023-01-01T12:00:00+1',
    '2023-01-01Z',
    '20230101T120000Z',
    ' 2023-01-01',
    '12023-01-01',
  ])('does not read %j', (text) => {
    expect(parseIso(text)).toBeUndefined();
  });

  test('reads what formatIso writes', () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        expect(parseIso(formatIso(at))).toEqual({ local: at, offset: 0 });
      }),
      { numRuns: runs(1_000) },
    );
  });
});

describe('parseUtc', () => {
  test('reads what JavaScript writes', () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        expect(parseUtc(new Date(at).toISOString())).toBe(at);
      }),
      { numRuns: runs(1_000) },
    );
  });

  test('reads nothing that parseIso reads otherwise', () => {
    const characters = fc.constantFrom('0', '1', '2', '3', '6', '9', '-', ':', '.', 'T', 'Z', 'é');
    fc.assert(
      fc.property(anyTime, fc.nat(23), characters, (at, place, character) => {
        const text = new Date(at).toISOString();
        const changed = text.slice(0, place) + character + text.slice(place + 1);
        const iso = parseIso(changed);
        const found = parseUtc(changed);
        if (found !== undefined) expect(iso).toEqual({ local: found, offset: 0 });
        else expect(iso?.offset === 0 && text.replaceAll(/\d/g, '0') === changed.replaceAll(/\d/g, '0')).toBe(false);
      }),
      { numRuns: runs(1_000) },
    );
  });
});

describe('parseClock', () => {
  test.each([
    ['00:00', 0],
    ['7:30', 7.5 * 3_600_000],
    ['22:00', 22 * 3_600_000],
    ['23:59:59', DAY - 1_000],
  ])('reads %s', (text, time) => {
    expect(parseClock(text)).toBe(time);
  });

  test.each(['', '24:00', '12:60', '12:00:60', '12', '1200', '12:0', '-1:00', '12:00 '])('does not read %j', (text) => {
    expect(parseClock(text)).toBeUndefined();
  });
});
