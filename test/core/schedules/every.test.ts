import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/calendar.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';
import { every } from '../../../src/core/schedules/every.ts';
import { ticks } from './ticks.ts';

const BERLIN = zone('Europe/Berlin');

describe('every so often', () => {
  test('is at round times of the day', () => {
    expect(ticks(every(30 * SECOND, BERLIN), '2026-07-01T10:00:10Z', '2026-07-01T10:01:30Z')).toEqual([
      '2026-07-01T10:00:30',
      '2026-07-01T10:01',
      '2026-07-01T10:01:30',
    ]);
    expect(ticks(every(12 * HOUR, BERLIN), '2026-07-01T10:00:00Z', '2026-07-02T10:00:00Z')).toEqual([
      '2026-07-01T22:00', // 00:00
      '2026-07-02T10:00', // 12:00
    ]);
  });

  test('begins anew at midnight, whatever the clocks did', () => {
    expect(ticks(every(12 * HOUR, BERLIN), '2026-10-24T22:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-25T10:00', // 11:00, twelve hours after midnight
      '2026-10-25T22:00', // 23:00
      '2026-10-25T23:00', // 00:00
      '2026-10-26T11:00',
    ]);
  });

  test('7d is on Mondays, and what divides no day counts from 1970', () => {
    expect(every(7 * DAY, BERLIN).next(Date.parse('2026-07-01T10:00:00Z'))).toBe(Date.parse('2026-07-05T22:00:00Z'));
    expect(every(50 * MINUTE, BERLIN).next(0)).toBe(50 * MINUTE);
    expect(every(50 * MINUTE, BERLIN).next(100 * MINUTE)).toBe(150 * MINUTE);
  });

  test('means the same where length and zone are the same', () => {
    expect(every(HOUR, BERLIN).id).toBe(every(HOUR, zone('Europe/Berlin')).id);
    expect(every(HOUR, BERLIN).id).not.toBe(every(HOUR, zone('UTC')).id);
    expect(every(HOUR, BERLIN).id).not.toBe(every(2 * HOUR, BERLIN).id);
  });
});
