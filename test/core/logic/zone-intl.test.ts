import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EARLIEST, LATEST } from '../../../src/core/calendar.ts';
import { atLocalTime } from '../../../src/core/logic/local-time.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';
import { runs } from '../../property-runs.ts';

const HOUR = 3_600_000;
const at = (iso: string): number => Date.parse(iso);

describe('zone', () => {
  test('is exact to the millisecond where the clocks change', () => {
    const berlin = zone('Europe/Berlin');
    expect(berlin.offsetAt(at('2026-03-29T01:00:00Z') - 1)).toBe(HOUR);
    expect(berlin.offsetAt(at('2026-03-29T01:00:00Z'))).toBe(2 * HOUR);
    expect(berlin.offsetAt(at('2026-10-25T01:00:00Z') - 1)).toBe(2 * HOUR);
    expect(berlin.offsetAt(at('2026-10-25T01:00:00Z'))).toBe(HOUR);
  });

  test.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Etc/UTC', '2026-07-01T00:00:00Z', 0],
    ['Europe/London', '2026-07-01T00:00:00Z', HOUR],
    ['Asia/Kathmandu', '2026-07-01T00:00:00Z', 5.75 * HOUR],
    ['America/St_Johns', '2026-01-01T00:00:00Z', -3.5 * HOUR],
    ['Australia/Lord_Howe', '2026-01-01T00:00:00Z', 11 * HOUR],
    ['Australia/Lord_Howe', '2026-07-01T00:00:00Z', 10.5 * HOUR],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', -10 * HOUR],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', 14 * HOUR],
    ['Europe/London', '1840-01-01T00:00:00Z', -75_000],
    ['Africa/Monrovia', '1970-01-01T00:00:00Z', -2_670_000],
  ])('%s at %s', (name, iso, offset) => {
    expect(zone(name).offsetAt(at(iso))).toBe(offset);
  });

  test.each(['Mars/Olympus', '', 'Europe/Berlinn'])('does not know %j', (name) => {
    expect(() => zone(name)).toThrow(RangeError);
  });

  test('shows the clock that Intl shows', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Casablanca'].map(
      (name) => ({
        zone: zone(name),
        format: new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' }),
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('1980-01-01'), max: at('2037-12-31') }),
        ({ zone, format }, time) => {
          const local = new Date(time + zone.offsetAt(time)).toISOString().slice(0, 19).replace('T', ' ');
          expect(local).toBe(format.format(time));
        },
      ),
      { numRuns: runs(1_000) },
    );
  });

  test('answers for any time, and the same again after others have been asked about', () => {
    const berlin = zone('Europe/Berlin');
    const days = Array.from({ length: 1_500 }, (_, day) => at('2024-01-01') + day * 24 * HOUR + 90 * 60_000);
    const before = days.map((day) => berlin.offsetAt(day));
    expect(days.map((day) => berlin.offsetAt(day))).toEqual(before);
    expect(berlin.offsetAt(EARLIEST - 1e15)).toBe(berlin.offsetAt(EARLIEST));
    expect(berlin.offsetAt(LATEST + 1e15)).toBe(berlin.offsetAt(LATEST));
  });
});

describe('atLocalTime', () => {
  const berlin = zone('Europe/Berlin');

  test.each([
    ['in winter', '2026-01-15T12:00:00Z', '2026-01-15T11:00:00Z'],
    ['in summer', '2026-07-15T12:00:00Z', '2026-07-15T10:00:00Z'],
    ['just before the skipped hour', '2026-03-29T01:59:59Z', '2026-03-29T00:59:59Z'],
    ['in the skipped hour: as late after it', '2026-03-29T02:30:00Z', '2026-03-29T01:30:00Z'],
    ['just after the skipped hour', '2026-03-29T03:00:00Z', '2026-03-29T01:00:00Z'],
    ['in the hour that comes twice: the first', '2026-10-25T02:30:00Z', '2026-10-25T00:30:00Z'],
    ['after the hour that came twice', '2026-10-25T03:00:00Z', '2026-10-25T02:00:00Z'],
  ])('%s', (_, local, utc) => {
    expect(new Date(atLocalTime(berlin, at(local))).toISOString()).toBe(new Date(at(utc)).toISOString());
  });

  test('finds a time that shows what was asked for, wherever the clock shows it', () => {
    fc.assert(
      fc.property(fc.integer({ min: at('1980-01-01'), max: at('2037-12-31') }), (time) => {
        const local = time + berlin.offsetAt(time);
        const found = atLocalTime(berlin, local);
        expect(found + berlin.offsetAt(found)).toBe(local);
        expect(found).toBeLessThanOrEqual(time);
      }),
      { numRuns: runs(1_000) },
    );
  });
});
