import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/calendar.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';
import type { Schedule } from '../../../src/core/schedule.ts';
import { cron, isSchedule } from '../../../src/core/schedules/cron.ts';
import { every } from '../../../src/core/schedules/every.ts';
import { sun, SUN_EVENTS, type SunEventName } from '../../../src/core/schedules/sun.ts';
import { NEVER } from '../../../src/core/stage.ts';
import { runs } from '../../property-runs.ts';

const zones = fc.constantFrom(
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Pacific/Apia'].map(zone),
);

const patterns = [
  '* * * * *',
  '*/7 * * * *',
  '30 2 * * *',
  '30 2,14 * * *',
  '0 1-3 * * *',
  '0 */2 * * *',
  '@hourly',
  '@weekly',
  '*/20 * * * * *',
  '0 23 * * 1-5',
  '0 0 L * *',
  '0 0 29 2 *',
  '0 0 13 * +FRI',
  '15 0 1 1,7 *',
  '0 0 * * FRI#2',
];

const crons = fc.tuple(fc.constantFrom(...patterns), zones).map(([pattern, where]) => {
  const made = cron(pattern, where);
  if (!isSchedule(made)) throw new Error(made.message);
  return made;
});
const lengths = fc.tuple(
  fc.constantFrom(1, 30 * SECOND, 7 * MINUTE, 15 * MINUTE, HOUR, 5 * HOUR, 8 * HOUR, DAY, 2 * DAY, 7 * DAY),
  zones,
);
const suns = fc.record({
  event: fc.constantFrom(...(Object.keys(SUN_EVENTS) as SunEventName[])),
  offset: fc.constantFrom(0, -30 * MINUTE, 90 * MINUTE, -30 * HOUR),
  latitude: fc.double({ min: -72, max: 72, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  crons,
  lengths.map(([length, where]) => every(length, where)),
  suns.map(({ event, offset, ...place }) => sun(event, offset, place)),
);

const times = fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2040-01-01') });

describe('every schedule', () => {
  test('answers the first tick after a time, whatever it was asked before', () => {
    fc.assert(
      fc.property(schedules, times, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, time, part) => {
        const next = schedule.next(time);
        expect(next).toBeGreaterThan(time);
        if (next === NEVER) return;
        expect(Number.isSafeInteger(next)).toBe(true);
        // None lies between.
        expect(schedule.next(next - 1)).toBe(next);
        expect(schedule.next(time + Math.floor((next - 1 - time) * part))).toBe(next);
        expect(schedule.next(next)).toBeGreaterThan(next);
        expect(schedule.next(time)).toBe(next);
      }),
      { numRuns: runs(1_000) },
    );
  });
});
