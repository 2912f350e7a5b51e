import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/calendar.ts';
import { zone } from '../../src/core/logic/zone-intl.ts';
import { sun, SUN_EVENTS, type Location, type SunEventName } from '../../src/core/schedules/sun.ts';
import { cron } from '../../src/core/schedules/cron.ts';
import type { Schedule } from '../../src/core/schedule.ts';
import { compileFile } from '../../src/compile/compile-file.ts';
import { Player, PLAY_SETTINGS } from '../../src/testing/play.ts';
import { heightOf } from '../core/schedules/sun-height.ts';
import { runs } from '../property-runs.ts';

const BERLIN = { latitude: 52.52, longitude: 13.4 };
const TROMSO = { latitude: 69.65, longitude: 18.96 };
const settings = (location: Location | null, name = 'Europe/Berlin'): typeof PLAY_SETTINGS => ({
  ...PLAY_SETTINGS,
  location,
  zone: zone(name),
});

/** What the condition says at these moments; what is unknown is left out. */
function answers(condition: string, moments: readonly number[], location: Location, name?: string): string[] {
  const rule = JSON.stringify({ id: 'r', on: 'a', if: condition, log: 'in', else: { log: 'out' } });
  const player = new Player(rule, { settings: settings(location, name), start: moments[0] ?? 0 });
  return moments
    .flatMap((at) => player.send({ at, topic: 'a' }))
    .flatMap((one) => (one.type === 'log' ? one.message : []));
}

interface End {
  readonly text: string;
  readonly event: string;
  readonly offset: number;
  readonly comes: (place: Location) => Schedule;
}

describe('time_between with the sun', () => {
  test.each<[string, string, string, Location]>([
    ['after sunset', '2026-06-21T20:30:00Z', 'in', BERLIN], // 22:33 by the clock of Berlin is when it is down.
    ['before it, half an hour earlier', '2026-06-21T19:00:00Z', 'out', BERLIN],
    ['in the morning before sunrise', '2026-12-21T06:30:00Z', 'in', BERLIN],
    ['at noon', '2026-12-21T11:30:00Z', 'out', BERLIN],
    ['in a night that lasts for weeks', '2026-12-21T11:30:00Z', 'in', TROMSO],
    ['in a day that lasts for weeks', '2026-06-21T23:30:00Z', 'out', TROMSO],
  ])('%s', (_, iso, answer, location) => {
    const condition = "time_between('sunset-30m', 'sunrise')";
    expect(answers(condition, [Date.parse(iso)], location)).toEqual([answer]);
  });

  const event = fc.constantFrom(
    ...(Object.keys(SUN_EVENTS) as SunEventName[]).filter((name) => !/^(noon|midnight)$/.test(name)),
  );
  const offset = fc.integer({ min: -20, max: 20 }).map((hours) => hours * 30);
  const end = fc.oneof(
    fc.tuple(event, offset).map(([name, minutes]) => ({
      text: `${name}${minutes < 0 ? '-' : '+'}${Math.abs(minutes)}m`,
      event: SUN_EVENTS[name].field as string,
      offset: minutes * MINUTE,
      comes: (place: Location): Schedule => sun(name, 0, place),
    })),
    fc.tuple(fc.integer({ min: 4, max: 23 }), fc.nat(59)).map(([hour, minute]) => ({
      text: `${hour < 10 ? '0' : ''}${hour}:${minute < 10 ? '0' : ''}${minute}`,
      event: 'clock',
      offset: 0,
      comes: (): Schedule => cron(`${minute} ${hour} * * *`, zone('Europe/Berlin')) as Schedule, // It is well-formed.
    })),
  );

  /** From each time that one comes to the next that the other does, or the same if that is meant. */
  function periods(from: End, to: End, where: Location, first: number, last: number): [number, number][] {
    const all = (one: End): number[] => {
      const found: number[] = [];
      for (let at = one.comes(where).next(first); at < last; at = one.comes(where).next(at)) found.push(at);
      return found;
    };
    const ends = all(to);
    const isWithinOne = from.event === to.event && from.offset < to.offset;
    return all(from).map((start) => {
      const stop = isWithinOne ? start : (ends.find((at) => at > start) ?? Infinity);
      return [start + from.offset, stop + to.offset];
    });
  }

  test('is true from one to the other, minute by minute, over changes of the clock too', () => {
    const start = fc.constantFrom('2026-03-28', '2026-06-20', '2026-10-24', '2026-12-20').map((day) => Date.parse(day));
    const place = fc.constantFrom(BERLIN, { latitude: -33.87, longitude: 151.2 }, { latitude: 40, longitude: -179.5 });
    fc.assert(
      fc.property(end, end, start, place, (from, to, first, where) => {
        const moments = Array.from({ length: (2 * DAY) / MINUTE }, (_, i) => first + i * MINUTE);
        const isIn = periods(from, to, where, first - 4 * DAY, first + 6 * DAY);
        const expected = moments.map((at) => (isIn.some(([start, stop]) => start <= at && at < stop) ? 'in' : 'out'));
        expect(answers(`time_between('${from.text}', '${to.text}')`, moments, where)).toEqual(expected);
      }),
      { numRuns: runs(12) },
    );
  });

  test.each([
    ["time_between('sunset', 'sunrise')", (height: number) => height < -0.833],
    ["time_between('dawn', 'dusk')", (height: number) => height > -6],
  ])('is where the sun stands, all year, also where it does not rise or set for weeks: %s', (condition, isIn) => {
    const hours = Array.from({ length: 365 * 24 }, (_, i) => Date.UTC(2026, 0, 1) + i * HOUR);
    const found = answers(condition, hours, TROMSO);
    for (const [i, at] of hours.entries()) {
      const { degrees } = heightOf(at, TROMSO);
      if (Math.abs(degrees + 0.833) < 0.5 || Math.abs(degrees + 6) < 0.5) continue; // It is about to.
      expect(found[i], new Date(at).toISOString()).toBe(isIn(degrees) ? 'in' : 'out');
    }
  });

  test('of any time, in whatever order they are asked for', () => {
    const hours = Array.from({ length: 48 }, (_, i) => Date.parse('2026-10-24T00:00:00Z') + i * HOUR);
    const inOrder = answers("time_between('dusk', 'dawn')", hours, BERLIN);
    const rule = JSON.stringify({
      id: 'r',
      on: 'a',
      if: "time_between('dusk', 'dawn', payload)",
      log: 'in',
      else: { log: 'out' },
    });
    const player = new Player(rule, { settings: settings(BERLIN) });
    const mixed = hours.map((_, i) => (i * 29) % 48);
    for (const i of mixed) {
      expect(player.send({ topic: 'a', payload: String(hours[i]) })).toMatchObject([{ message: inOrder[i] }]);
    }
  });

  test('is unknown at a time that is', () => {
    const rule = "{ id: r, on: a, if: \"time_between('dusk', 'dawn', t)\", log: in, else: { log: out } }";
    const player = new Player(rule, { settings: settings(BERLIN) });
    expect(player.send({ topic: 'a', payload: { t: 'soon' } })).toEqual([]);
    expect(player.send({ topic: 'a', payload: { t: '2026-06-21T23:00:00' } })).toMatchObject([{ message: 'in' }]);
  });

  test.each([
    ['sunste', BERLIN, 'the sun does nothing that is called "sunste"', 'Did you mean "sunset"?'],
    ['sunset+30', BERLIN, '"+30" is not a length of time', 'Write "sunset+30m"'],
    ['midnight', BERLIN, '"midnight" may be that of the clock or of the sun', 'Write "00:00", or "solar_midnight"'],
    ['sunset', null, 'the configuration does not say', 'Write location:'],
    ['sunrise', { latitude: 90, longitude: 0 }, 'there is no sunrise at latitude 90', 'Look at `location`'],
    ['22 Uhr', BERLIN, '"22 Uhr" is not a time of day', 'Write "HH:MM"'],
  ])('%s is refused', (text, location, message, hint) => {
    const rule = `id: r\non: a\nif: time_between("${text}", "07:00")\nlog: x\n`;
    const surroundings = { env: () => undefined, file: () => new Error('no files here') };
    const [problem] = compileFile('r.yaml', rule, settings(location), surroundings).problems;
    expect(problem).toMatchObject({
      code: 'bad-time',
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });
});
