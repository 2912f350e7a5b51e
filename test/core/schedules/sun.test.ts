import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../src/core/calendar.ts';
import { sun, SUN_EVENTS, type SunEventName } from '../../../src/core/schedules/sun.ts';
import { NEVER } from '../../../src/core/stage.ts';
import { heightOf } from './sun-height.ts';
import { ticks } from './ticks.ts';

const PARIS = { latitude: 48.86, longitude: 2.29 };
const TROMSO = { latitude: 69.65, longitude: 18.96 };

const at = (iso: string): number => Date.parse(iso);

/** How far below the horizon the middle of the sun is, in degrees; the upper edge is 16' above it, and the air lifts both by 34'. */
const DEPTHS: Partial<Record<SunEventName, number>> = {
  sunrise: 0.833,
  sunset: 0.833,
  sunrise_end: 0.3,
  sunset_start: 0.3,
  dawn: 6,
  dusk: 6,
  nautical_dawn: 12,
  nautical_dusk: 12,
  night: 18,
  night_end: 18,
  golden_hour: -6,
  golden_hour_end: -6,
};

describe('the sun', () => {
  test.each(Object.entries(DEPTHS) as [SunEventName, number][])('at %s is as high as that says', (event, depth) => {
    const rises = /rise|dawn|_end$/.test(event);
    for (let month = 0; month < 12; month++) {
      const time = sun(event, 0, PARIS).next(Date.UTC(2026, month, 10));
      const { degrees, rises: isRising } = heightOf(time, PARIS);
      expect(Math.abs(degrees + depth), `in month ${month + 1}`).toBeLessThan(0.5);
      expect(isRising).toBe(rises);
    }
  });

  test('does each thing once a day, in the order of the table', () => {
    const noon = at('2026-03-20T12:00:00Z');
    const start = sun('solar_midnight', 0, PARIS).next(noon) - 1;
    const names = Object.keys(SUN_EVENTS) as SunEventName[];
    const times = names.map((name) => sun(name, 0, PARIS).next(start));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const [i, name] of names.entries()) {
      const next = sun(name, 0, PARIS).next(times[i] ?? 0);
      expect(Math.abs(next - (times[i] ?? 0) - DAY)).toBeLessThan(4 * MINUTE);
    }
  });

  test('an offset moves each tick, into another day too', () => {
    const from = at('2026-03-20T12:00:00Z');
    const sunset = sun('sunset', 0, PARIS).next(from);
    expect(sun('sunset', -30 * MINUTE, PARIS).next(from)).toBe(sunset - 30 * MINUTE);
    expect(sun('sunset', -30 * MINUTE, PARIS).next(sunset - 30 * MINUTE)).toBeGreaterThan(sunset);
    for (const offset of [-30 * HOUR, 30 * HOUR]) {
      expect(sun('sunset', offset, PARIS).next(sunset + offset - 1)).toBe(sunset + offset);
    }
  });

  test('that stays up or down leaves out the days on which nothing happens', () => {
    expect(
      ticks(sun('sunset', 0, TROMSO), '2026-05-17T12:00:00Z', '2026-07-28T00:00:00Z').map((iso) => iso.slice(0, 10)),
    ).toEqual(['2026-05-17', '2026-07-26', '2026-07-27']);
    const polarNight = ticks(sun('sunrise', 0, TROMSO), '2026-11-26T00:00:00Z', '2027-01-17T00:00:00Z');
    expect(polarNight.map((iso) => iso.slice(0, 10))).toEqual(['2026-11-26', '2026-11-27', '2027-01-15', '2027-01-16']);
  });

  test('at the pole neither rises nor sets, and that comes never', () => {
    expect(sun('sunrise', 0, { latitude: 90, longitude: 0 }).next(at('2026-01-01T00:00:00Z'))).toBe(NEVER);
  });

  test('is no day late on either side of the date line', () => {
    for (const longitude of [-179.9, 179.9]) {
      const schedule = sun('solar_noon', 0, { latitude: 0, longitude });
      const first = schedule.next(at('2026-01-01T12:30:00Z'));
      expect(first).toBeLessThanOrEqual(at('2026-01-02T12:30:00Z'));
      expect(schedule.next(first - 1)).toBe(first);
    }
  });

  test('means the same where event, offset and place are the same', () => {
    expect(sun('noon', 0, PARIS).id).toBe(sun('solar_noon', 0, { ...PARIS }).id);
    expect(sun('noon', 0, PARIS).id).not.toBe(sun('noon', 1, PARIS).id);
    expect(sun('noon', 0, PARIS).id).not.toBe(sun('noon', 0, TROMSO).id);
    expect(sun('dawn', 0, PARIS).id).not.toBe(sun('dusk', 0, PARIS).id);
  });
});
