import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, dayAt, MINUTE, weekdayOf } from '../../../src/core/calendar.ts';
import { zone } from '../../../src/core/logic/zone-intl.ts';
import type { Zone } from '../../../src/core/logic/zone.ts';
import type { Schedule } from '../../../src/core/schedule.ts';
import { cron, isSchedule, type CronMistake } from '../../../src/core/schedules/cron.ts';
import { runs } from '../../property-runs.ts';
import { ticks } from './ticks.ts';

const BERLIN = zone('Europe/Berlin');

function schedule(pattern: string, where: Zone = BERLIN): Schedule {
  const made = cron(pattern, where);
  if (!isSchedule(made)) throw new Error(`${pattern}: ${made.message}`);
  return made;
}

function mistake(pattern: string): CronMistake {
  const made = cron(pattern, BERLIN);
  if (isSchedule(made)) throw new Error(`${pattern} is a schedule`);
  return made;
}

describe('a cron pattern', () => {
  test('goes by the clocks of its zone', () => {
    expect(ticks(schedule('0 23 * * 1-5'), '2026-07-02T12:00:00Z', '2026-07-07T12:00:00Z')).toEqual([
      '2026-07-02T21:00', // Thursday
      '2026-07-03T21:00',
      '2026-07-06T21:00',
    ]);
  });

  test('may have seconds, in front', () => {
    expect(ticks(schedule('*/20 0 12 * * *'), '2026-01-01T00:00:00Z', '2026-01-01T13:00:00Z')).toEqual([
      '2026-01-01T11:00',
      '2026-01-01T11:00:20',
      '2026-01-01T11:00:40',
    ]);
  });

  test('comes after the time it is asked about, to the millisecond', () => {
    const daily = schedule('0 9 * * *', zone('UTC'));
    const nine = Date.parse('2026-01-01T09:00:00Z');
    expect(daily.next(nine - 1)).toBe(nine);
    expect(daily.next(nine)).toBe(nine + DAY);
    expect(daily.next(nine + 1)).toBe(nine + DAY);
  });

  test.each([
    ['@hourly', '2026-01-01T00:10', '2026-01-01T01:00'],
    ['@daily', '2026-01-01T00:10', '2026-01-02T00:00'],
    ['@MIDNIGHT', '2026-01-01T00:10', '2026-01-02T00:00'],
    ['@weekly', '2026-01-01T00:10', '2026-01-04T00:00'],
    ['@monthly', '2026-01-01T00:10', '2026-02-01T00:00'],
    ['@yearly', '2026-01-01T00:10', '2027-01-01T00:00'],
    ['@annually', '2026-01-01T00:10', '2027-01-01T00:00'],
    ['0 0 L * *', '2026-02-01T00:10', '2026-02-28T00:00'],
    ['0 0 15W * *', '2026-02-01T00:10', '2026-02-16T00:00'],
    ['0 0 * * FRI#2', '2026-02-01T00:10', '2026-02-13T00:00'],
    ['0 0 * * 7', '2026-02-02T00:10', '2026-02-08T00:00'],
    ['0 0 29 2 *', '2026-02-02T00:10', '2028-02-29T00:00'],
    ['  5   *  *  *  * ', '2026-02-02T00:10', '2026-02-02T01:05'],
  ])('%s', (pattern, from, next) => {
    expect(schedule(pattern, zone('UTC')).next(Date.parse(`${from}Z`))).toBe(Date.parse(`${next}Z`));
  });

  test('with both days is for either of them; with + for both at once', () => {
    expect(ticks(schedule('0 0 13 * FRI', zone('UTC')), '2026-02-10T00:00:00Z', '2026-03-14T00:00:00Z')).toEqual([
      '2026-02-13T00:00',
      '2026-02-20T00:00',
      '2026-02-27T00:00',
      '2026-03-06T00:00',
      '2026-03-13T00:00',
    ]);
    expect(ticks(schedule('0 0 13 * +FRI', zone('UTC')), '2026-02-10T00:00:00Z', '2026-12-01T00:00:00Z')).toEqual([
      '2026-02-13T00:00',
      '2026-03-13T00:00',
      '2026-11-13T00:00',
    ]);
  });

  test('means the same whatever its case and spaces', () => {
    expect(schedule(' 0  9 * * mon').id).toBe(schedule('0 9 * * MON').id);
    expect(schedule('0 9 * * *').id).not.toBe(schedule('0 9 * * *', zone('UTC')).id);
    expect(schedule('0 9 * * *').id).not.toBe(schedule('0 8 * * *').id);
  });
});

describe('when the clocks change in Berlin', () => {
  const spring = ['2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z'] as const;
  const autumn = ['2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z'] as const;

  test('a time that is left out runs when the clocks go on, at 03:00', () => {
    expect(ticks(schedule('30 2 * * *'), ...spring)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
  });

  test('a time that comes twice runs once, the first time', () => {
    expect(ticks(schedule('30 2 * * *'), ...autumn)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  test('so does each time of a list or range', () => {
    expect(ticks(schedule('30 2,5 * * *'), ...spring)).toEqual([
      '2026-03-29T01:00', // 03:00
      '2026-03-29T03:30',
      '2026-03-30T00:30',
      '2026-03-30T03:30',
    ]);
    expect(ticks(schedule('0 1-3 * * *'), ...autumn)).toEqual([
      '2026-10-24T23:00',
      '2026-10-25T00:00',
      '2026-10-25T02:00', // The first 02:00 was an hour and the second one two hours ago.
      '2026-10-26T00:00',
      '2026-10-26T01:00',
      '2026-10-26T02:00',
    ]);
  });

  test('what runs every hour, or every so many minutes, goes on at its pace', () => {
    expect(ticks(schedule('0 * * * *'), '2026-03-28T23:00:00Z', '2026-03-29T03:00:00Z')).toEqual([
      '2026-03-29T00:00', // 01:00
      '2026-03-29T01:00', // 03:00
      '2026-03-29T02:00',
      '2026-03-29T03:00',
    ]);
    expect(ticks(schedule('*/30 * * * *'), '2026-10-24T23:30:00Z', '2026-10-25T02:00:00Z')).toEqual([
      '2026-10-25T00:00', // 02:00
      '2026-10-25T00:30',
      '2026-10-25T01:00', // 02:00 again
      '2026-10-25T01:30',
      '2026-10-25T02:00', // 03:00
    ]);
  });
});

describe('a pattern that is none', () => {
  test.each([
    ['* * * *', 'a schedule has 5 fields, or 6 with seconds first; this has 4', '* * * *'],
    ['* * * * * * 2027', 'a schedule has 5 fields, or 6 with seconds first; this has 7', '* * * * * * 2027'],
    ['2027-01-01T00:00:00', 'a schedule has 5 fields, or 6 with seconds first; this has 1', '2027-01-01T00:00:00'],
    ['60 * * * *', '"60" is not possible as the minute', '60'],
    ['0  24 * * *', '"24" is not possible as the hour', '24'],
    ['61 0 23 * * *', '"61" is not possible as the second', '61'],
    ['0 0 32 * *', '"32" is not possible as the day of the month', '32'],
    ['0 0 * 13 *', '"13" is not possible as the month', '13'],
    ['0 0 * * FRI-MON', '"FRI-MON" is not possible as the day of the week', 'FRI-MON'],
    ['*/0 * * * *', '"*/0" is not possible as the minute', '*/0'],
    ['5/5 * * * *', '"5/5" is not possible as the minute', '5/5'],
    ['12:00 * * * *', '"12:00" is not possible as the minute', '12:00'],
    ['0 0 30 2 *', 'no year has such a day: this would never run', '30 2'],
    ['0 0 0 31 4,6 *', 'no year has such a day: this would never run', '31 4,6'],
    ['@reboot', '"@reboot" is not a schedule', '@reboot'],
    ['@noon', '"@noon" is not a schedule', '@noon'],
  ])('%s', (pattern, message, shown) => {
    const found = mistake(pattern);
    expect(found.message).toBe(message);
    expect(pattern.slice(found.offset, found.offset + found.length)).toBe(shown);
  });

  test('an empty one has a place too', () => {
    expect(mistake('')).toMatchObject({ offset: 0, length: 1 });
  });

  test('at every start has a key of its own', () => {
    expect(mistake('@reboot').hint).toContain('start: true');
  });
});

// The same by looking at the clock every minute. Minutes and hours as lists, or one of both as `*`.

interface Simple {
  readonly minutes: readonly number[] | null;
  readonly hours: readonly number[] | null;
  readonly weekdays: readonly number[] | null;
}

function patternOf({ minutes, hours, weekdays }: Simple): string {
  return `${minutes?.join() ?? '*'} ${hours?.join() ?? '*'} * * ${weekdays?.join() ?? '*'}`;
}

/** The ticks of all minutes after `from` and up to `to`, which are whole minutes. */
function model(simple: Simple, from: number, to: number, where: Zone): number[] {
  const isFixed = simple.minutes !== null && simple.hours !== null;
  const found: number[] = [];
  // Clocks differ by a few hours at the most: what they showed before is in this.
  const shown = new Set<number>();
  for (let minute = from - DAY; minute <= to; minute += MINUTE) {
    const local = minute + where.offsetAt(minute);
    const skipped: number[] = [];
    for (let left = minute + where.offsetAt(minute - MINUTE); left < local; left += MINUTE) skipped.push(left);
    const isRepeated = isFixed && shown.has(local);
    const isMadeUp = isFixed && skipped.some((left) => matches(simple, left));
    if (minute > from && (isMadeUp || (matches(simple, local) && !isRepeated))) found.push(minute);
    shown.add(local);
  }
  return found;
}

function matches({ minutes, hours, weekdays }: Simple, local: number): boolean {
  const minute = (local / MINUTE) % 60;
  const hour = Math.floor(local / (60 * MINUTE)) % 24;
  const weekday = weekdayOf(dayAt(local)) % 7;
  return (
    (minutes?.includes(minute) ?? true) && (hours?.includes(hour) ?? true) && (weekdays?.includes(weekday) ?? true)
  );
}

describe('as a law', () => {
  test('it is what looking at the clock every minute finds, on the days on which clocks change too', () => {
    const some = (max: number): fc.Arbitrary<number[]> =>
      fc.uniqueArray(fc.oneof(fc.nat(max), fc.nat(Math.min(max, 3))), { minLength: 1, maxLength: 4 });
    const simple = fc.record({
      minutes: fc.option(fc.oneof(some(59), fc.constant([0, 30])), { nil: null, freq: 4 }),
      hours: fc.option(some(23), { nil: null, freq: 3 }),
      weekdays: fc.option(some(6), { nil: null, freq: 2 }),
    });
    const places = fc.constantFrom(
      { where: BERLIN, change: '2026-03-29T01:00:00Z' },
      { where: BERLIN, change: '2026-10-25T01:00:00Z' },
      { where: zone('America/New_York'), change: '2026-03-08T07:00:00Z' },
      { where: zone('America/New_York'), change: '2026-11-01T06:00:00Z' },
      { where: zone('Australia/Lord_Howe'), change: '2026-04-04T15:00:00Z' },
      { where: zone('UTC'), change: '2026-12-31T00:00:00Z' },
    );
    fc.assert(
      fc.property(simple, places, fc.integer({ min: -36 * 60, max: 12 * 60 }), (simple, { where, change }, by) => {
        const from = Date.parse(change) + by * MINUTE;
        const expected = model(simple, from, from + 2 * DAY, where);
        const made = schedule(patternOf(simple), where);
        const found: number[] = [];
        for (let at = made.next(from); at <= from + 2 * DAY && found.length < 30; at = made.next(at)) found.push(at);
        expect(found).toEqual(expected.slice(0, 30));
      }),
      { numRuns: runs(300) },
    );
  });
});
