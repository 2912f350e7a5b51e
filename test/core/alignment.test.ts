import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundaryAfter, boundaryAtOrBefore } from '../../src/core/alignment.ts';
import { DAY, dayAt, HOUR, MINUTE, weekdayOf } from '../../src/core/calendar.ts';
import { zone } from '../../src/core/logic/zone-intl.ts';
import type { Zone } from '../../src/core/logic/zone.ts';
import { runs } from '../property-runs.ts';

const UTC = zone('UTC');
const BERLIN = zone('Europe/Berlin');
const at = (iso: string): number => Date.parse(iso);

/** The boundaries after `from` and up to `to`, as ISO texts without milliseconds. */
function boundaries(from: string, to: string, size: number, offset: number, where: Zone): string[] {
  const found: string[] = [];
  let time = at(from);
  while (found.length < 100) {
    time = boundaryAfter(time, size, offset, where);
    if (time > at(to)) break;
    found.push(new Date(time).toISOString().replace(':00.000Z', ''));
  }
  return found;
}

describe('boundaries', () => {
  test('of sizes that divide a day are counted from local midnight', () => {
    expect(boundaries('2026-07-01T21:00:00Z', '2026-07-02T09:00:00Z', 6 * HOUR, 0, BERLIN)).toEqual([
      '2026-07-01T22:00',
      '2026-07-02T04:00',
    ]);
    expect(boundaryAfter(at('2026-07-01T21:59:59.999Z'), 5 * MINUTE, 0, BERLIN)).toBe(at('2026-07-01T22:00:00Z'));
    expect(boundaryAfter(at('2026-07-01T22:00:00.000Z'), 5 * MINUTE, 0, BERLIN)).toBe(at('2026-07-01T22:05:00Z'));
    expect(boundaryAtOrBefore(at('2026-07-01T22:00:00Z'), 5 * MINUTE, 0, BERLIN)).toBe(at('2026-07-01T22:00:00Z'));
  });

  test('follow a midnight that is no whole hour of UTC', () => {
    expect(boundaryAfter(at('2026-07-01T12:00:00Z'), HOUR, 0, zone('Asia/Kolkata'))).toBe(at('2026-07-01T12:30:00Z'));
  });

  test('count elapsed time on the days on which clocks change, and anew at the next midnight', () => {
    expect(boundaries('2026-03-28T22:59:00Z', '2026-03-30T04:00:00Z', 6 * HOUR, 0, BERLIN)).toEqual([
      '2026-03-28T23:00', // 00:00
      '2026-03-29T05:00', // 07:00
      '2026-03-29T11:00',
      '2026-03-29T17:00', // 19:00, and five hours to midnight
      '2026-03-29T22:00',
      '2026-03-30T04:00',
    ]);
    expect(boundaries('2026-10-24T21:59:00Z', '2026-10-26T05:00:00Z', 6 * HOUR, 0, BERLIN)).toEqual([
      '2026-10-24T22:00', // 00:00
      '2026-10-25T04:00', // 05:00
      '2026-10-25T10:00',
      '2026-10-25T16:00',
      '2026-10-25T22:00', // 23:00, and one hour to midnight
      '2026-10-25T23:00',
      '2026-10-26T05:00',
    ]);
  });

  test('of a day are the local midnights, however long the day', () => {
    expect(boundaries('2026-10-24T12:00:00Z', '2026-10-27T00:00:00Z', DAY, 0, BERLIN)).toEqual([
      '2026-10-24T22:00',
      '2026-10-25T23:00',
      '2026-10-26T23:00',
    ]);
  });

  test('of 7d are the beginnings of Mondays', () => {
    expect(boundaries('2026-03-20T00:00:00Z', '2026-04-07T00:00:00Z', 7 * DAY, 0, BERLIN)).toEqual([
      '2026-03-22T23:00',
      '2026-03-29T22:00',
      '2026-04-05T22:00',
    ]);
  });

  test('of other sizes are counted from 1970, in every zone', () => {
    expect(boundaryAfter(7 * HOUR - 1, 7 * HOUR, 0, BERLIN)).toBe(7 * HOUR);
    expect(boundaryAfter(7 * HOUR, 7 * HOUR, 0, BERLIN)).toBe(14 * HOUR);
    expect(boundaryAtOrBefore(-1, 2 * DAY, 0, BERLIN)).toBe(-2 * DAY);
    expect(boundaryAfter(0, 2 * DAY, HOUR, BERLIN)).toBe(HOUR);
  });

  test('an offset of days and weeks is the hour on the wall, on the days on which clocks change too', () => {
    expect(boundaries('2026-03-28T00:00:00Z', '2026-03-30T12:00:00Z', DAY, 6 * HOUR, BERLIN)).toEqual([
      '2026-03-28T05:00',
      '2026-03-29T04:00', // 06:00
      '2026-03-30T04:00',
    ]);
    expect(boundaries('2026-03-28T12:00:00Z', '2026-03-29T13:00:00Z', 8 * HOUR, 6 * HOUR, BERLIN)).toEqual([
      '2026-03-28T13:00', // 14:00
      '2026-03-28T21:00', // 22:00, and seven hours to 06:00
      '2026-03-29T04:00',
      '2026-03-29T12:00',
    ]);
    expect(boundaryAfter(at('2026-07-01T12:00:00Z'), 7 * DAY, DAY + 6 * HOUR, UTC)).toBe(at('2026-07-07T06:00:00Z'));
  });

  test('an offset of a whole size is none, and one below zero is to the left', () => {
    for (const offset of [-12 * HOUR, 12 * HOUR, 36 * HOUR]) {
      expect(boundaryAfter(at('2026-07-01T10:00:00Z'), DAY, offset, UTC)).toBe(at('2026-07-01T12:00:00Z'));
    }
  });

  test('a day that was left out has none', () => {
    expect(boundaries('2011-12-29T10:00:00Z', '2012-01-01T00:00:00Z', DAY, 0, zone('Pacific/Apia'))).toEqual([
      '2011-12-30T10:00', // The 29th goes over into the 31st.
      '2011-12-31T10:00',
    ]);
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo', // Its clocks changed at midnight.
  'America/Havana',
  'Asia/Kolkata',
  'Asia/Beirut',
  'Australia/Lord_Howe', // Its clocks change by half an hour.
  'Pacific/Apia', // It left out a day.
].map(zone);

const minutes = fc
  .integer({ min: at('2005-01-01') / MINUTE, max: at('2037-12-31') / MINUTE })
  .map((count) => count * MINUTE);

/** Times of which half are near to where the clocks of the zone change. */
const places = fc.constantFrom(...ZONES).chain((where) => {
  const change = minutes.map((time) => nextChange(time, where));
  const near = fc.tuple(change, fc.integer({ min: -40 * 60, max: 40 * 60 })).map(([time, by]) => time + by * MINUTE);
  return fc.record({ where: fc.constant(where), time: fc.oneof(minutes, near) });
});

function nextChange(time: number, where: Zone): number {
  for (let hour = time; hour < time + 370 * DAY; hour += HOUR) {
    if (where.offsetAt(hour) !== where.offsetAt(hour + HOUR)) return hour;
  }
  return time;
}

const sizes = fc.constantFrom(
  15 * MINUTE,
  HOUR,
  90 * MINUTE,
  8 * HOUR,
  12 * HOUR,
  DAY,
  7 * DAY,
  50 * MINUTE, // From here on they divide no day.
  7 * HOUR,
  36 * HOUR,
  14 * DAY,
);
const offsets = fc.constantFrom(0, 0, 0, HOUR, 6 * HOUR, 150 * MINUTE, -HOUR, 30 * HOUR);

describe('as laws', () => {
  test('a time lies between the boundaries around it, and those are boundaries', () => {
    const ms = fc.integer({ min: 0, max: MINUTE });
    fc.assert(
      fc.property(places, ms, sizes, offsets, ({ where, time: minute }, inner, size, offset) => {
        const time = minute + inner;
        const before = boundaryAtOrBefore(time, size, offset, where);
        const after = boundaryAfter(time, size, offset, where);
        expect(before).toBeLessThanOrEqual(time);
        expect(after).toBeGreaterThan(time);
        expect(boundaryAtOrBefore(before, size, offset, where)).toBe(before);
        expect(boundaryAtOrBefore(after, size, offset, where)).toBe(after);
        expect(boundaryAtOrBefore(after - 1, size, offset, where)).toBe(before);
        expect(boundaryAfter(before, size, offset, where)).toBe(after);
      }),
      { numRuns: runs(2_000) },
    );
  });

  test('they are what looking at the clock every minute finds', () => {
    fc.assert(
      fc.property(places, sizes, offsets, ({ where, time }, size, offset) => {
        const model = modelBoundaries(time, size, offset, where);
        expect(boundaryAtOrBefore(time, size, offset, where)).toBe(model.findLast((boundary) => boundary <= time));
        expect(boundaryAfter(time, size, offset, where)).toBe(model.find((boundary) => boundary > time));
      }),
      { numRuns: runs(150) },
    );
  });
});

/** The boundaries around a whole minute, by counting minutes. */
function modelBoundaries(time: number, size: number, offset: number, where: Zone): number[] {
  const found: number[] = [];
  const [from, to] = [time - 16 * DAY, time + 16 * DAY];
  if (DAY % size !== 0 && size !== 7 * DAY) {
    for (let minute = from; minute <= to; minute += MINUTE) if ((minute - offset) % size === 0) found.push(minute);
    return found;
  }
  const starts = modelStarts(from, to, size, offset, where);
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? start;
    if (size >= DAY) found.push(start);
    else for (let boundary = start; boundary < end; boundary += size) found.push(boundary);
  }
  return found;
}

/** Where counting begins: the first minute whose clock shows it, else that whose clock would have had it not been put forward. */
function modelStarts(from: number, to: number, size: number, offset: number, where: Zone): number[] {
  const shift = offset - Math.floor(offset / size) * size;
  const shown = new Map<number, number>();
  for (let minute = from; minute <= to; minute += MINUTE) {
    const local = minute + where.offsetAt(minute);
    if (!shown.has(local)) shown.set(local, minute);
  }
  const starts = new Set<number>();
  for (let day = dayAt(from) + 2; day < dayAt(to) - 2; day++) {
    if (size === 7 * DAY && weekdayOf(day) !== 1) continue;
    const local = day * DAY + shift;
    starts.add(shown.get(local) ?? local - where.offsetAt(local - 2 * DAY));
  }
  return [...starts];
}
