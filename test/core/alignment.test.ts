import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Alignment } from '../../src/core/alignment.ts';
import { formatIso } from '../../src/core/calendar.ts';
import { zone } from '../../src/core/logic/zone-intl.ts';
import { parseDuration } from '../../src/spec/duration.ts';
import { runs } from '../property-runs.ts';

const ms = (duration: string): number => parseDuration(duration) ?? Number.NaN;

/** Boundaries from the first after a time on, as ISO times in UTC. */
function boundaries(size: string, from: string, count: number, zoneName = 'Europe/Berlin', offset = '0s'): string[] {
  const alignment = new Alignment(ms(size), ms(offset), zone(zoneName));
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count;) found.push(formatIso((at = alignment.after(at))));
  return found;
}

describe('boundaries', () => {
  test('of what divides a day are counted from local midnight', () => {
    expect(boundaries('5m', '2026-11-20T10:02:00Z', 2)).toEqual(['2026-11-20T10:05:00Z', '2026-11-20T10:10:00Z']);
    expect(boundaries('6h', '2026-11-20T10:02:00Z', 3)).toEqual([
      '2026-11-20T11:00:00Z',
      '2026-11-20T17:00:00Z',
      '2026-11-20T23:00:00Z',
    ]);
    expect(boundaries('1h', '2026-11-20T10:02:00Z', 2, 'Asia/Kathmandu')).toEqual([
      '2026-11-20T10:15:00Z',
      '2026-11-20T11:15:00Z',
    ]);
    expect(boundaries('1d', '2026-11-20T10:02:00Z', 2)).toEqual(['2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z']);
  });

  test('are shifted by the offset', () => {
    expect(boundaries('1d', '2026-11-20T10:02:00Z', 2, 'Europe/Berlin', '6h')).toEqual([
      '2026-11-21T05:00:00Z',
      '2026-11-22T05:00:00Z',
    ]);
    expect(boundaries('1h', '2026-11-20T10:02:00Z', 1, 'UTC', '15m')).toEqual(['2026-11-20T10:15:00Z']);
    expect(boundaries('7m', '1970-01-01T00:00:00Z', 2, 'UTC', '2m')).toEqual([
      '1970-01-01T00:02:00Z',
      '1970-01-01T00:09:00Z',
    ]);
  });

  test('of seven days are at the beginning of Monday', () => {
    expect(boundaries('7d', '2026-11-20T10:02:00Z', 2)).toEqual(['2026-11-22T23:00:00Z', '2026-11-29T23:00:00Z']);
    expect(boundaries('1w', '2026-11-20T10:02:00Z', 1, 'UTC', '1d')).toEqual(['2026-11-24T00:00:00Z']);
  });

  test('of all else are counted from the epoch', () => {
    expect(boundaries('7m', '1970-01-01T00:00:00Z', 2)).toEqual(['1970-01-01T00:07:00Z', '1970-01-01T00:14:00Z']);
    expect(boundaries('2d', '1970-01-01T10:00:00Z', 2)).toEqual(['1970-01-03T00:00:00Z', '1970-01-05T00:00:00Z']);
  });

  test('count elapsed time on the days on which the clocks change, and the last window ends at midnight', () => {
    // 23 hours: from 23:00Z to 22:00Z.
    expect(boundaries('6h', '2026-03-28T23:00:00Z', 4)).toEqual([
      '2026-03-29T05:00:00Z',
      '2026-03-29T11:00:00Z',
      '2026-03-29T17:00:00Z',
      '2026-03-29T22:00:00Z',
    ]);
    // 25 hours: from 22:00Z to 23:00Z.
    expect(boundaries('6h', '2026-10-24T22:00:00Z', 5)).toEqual([
      '2026-10-25T04:00:00Z',
      '2026-10-25T10:00:00Z',
      '2026-10-25T16:00:00Z',
      '2026-10-25T22:00:00Z',
      '2026-10-25T23:00:00Z',
    ]);
    expect(boundaries('1d', '2026-10-24T22:00:00Z', 1)).toEqual(['2026-10-25T23:00:00Z']);
    expect(boundaries('7d', '2026-10-20T00:00:00Z', 1)).toEqual(['2026-10-25T23:00:00Z']);
  });

  test('follow each other without gaps, in every zone, whatever its clocks do', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/Asuncion', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu'];
    const sizes = ['1m', '7m', '20m', '1h', '4h', '12h', '1d', '2d', '7d'];
    const years = fc.integer({ min: Date.parse('2010-01-01'), max: Date.parse('2013-01-01') });
    const around = fc.constantFrom('2011-12-30T10:00Z', '2011-04-02T15:00Z', '2011-10-30T01:00Z', '2011-10-02T04:00Z');
    const time = fc.oneof(
      years,
      fc
        .tuple(around, fc.integer({ min: -100_000_000, max: 100_000_000 }))
        .map(([at, shift]) => Date.parse(at) + shift),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...sizes),
        fc.constantFrom('0s', '20m', '6h', '23h', '3d'),
        time,
        fc.integer({ min: -300, max: 300 }),
        (zoneName, size, offset, at, count) => {
          const alignment = new Alignment(ms(size), ms(offset), zone(zoneName));
          const [before, after] = [alignment.atOrBefore(at), alignment.after(at)];
          expect(before).toBeLessThanOrEqual(at);
          expect(after).toBeGreaterThan(at);
          expect(alignment.atOrBefore(before)).toBe(before);
          expect(alignment.atOrBefore(after)).toBe(after);
          expect(alignment.after(before)).toBe(after);
          expect(alignment.atOrBefore(after - 1)).toBe(before);
          expect(after - before).toBeLessThanOrEqual(ms(size) + (ms(size) >= ms('1d') ? ms('1h') : 0));
          let stepped = before;
          for (let i = 0; i < Math.abs(count); i++)
            stepped = count > 0 ? alignment.after(stepped) : alignment.atOrBefore(stepped - 1);
          expect(alignment.step(before, count)).toBe(stepped);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
