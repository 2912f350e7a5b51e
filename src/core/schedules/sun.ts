import { getPosition, getTimes, times, type SunTimeName } from 'suncalc';
import { DAY, dayAt } from '../calendar.ts';
import type { Schedule } from '../schedule.ts';
import { NEVER } from '../stage.ts';
import { dateAt } from './date.ts';

/** A place on earth, in degrees: north and east are above 0. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

interface SunEvent {
  readonly field: SunTimeName | 'solarNoon' | 'nadir';
  readonly docs: string;
}

/** What the sun does, in the order of a day. */
export const SUN_EVENTS = {
  solar_midnight: { field: 'nadir', docs: 'the sun is lowest' },
  midnight: { field: 'nadir', docs: 'another word for `solar_midnight`' },
  night_end: { field: 'nightEnd', docs: 'the sky begins to brighten: 18° below the horizon' },
  nautical_dawn: { field: 'nauticalDawn', docs: 'the horizon at sea can be seen: 12° below' },
  dawn: { field: 'dawn', docs: 'civil twilight begins: 6° below' },
  sunrise: { field: 'sunrise', docs: 'the upper edge of the sun appears' },
  sunrise_end: { field: 'sunriseEnd', docs: 'the lower edge of the sun has left the horizon' },
  golden_hour_end: { field: 'goldenHourEnd', docs: 'the soft light of the morning is over: 6° above' },
  solar_noon: { field: 'solarNoon', docs: 'the sun is highest' },
  noon: { field: 'solarNoon', docs: 'another word for `solar_noon`' },
  golden_hour: { field: 'goldenHour', docs: 'the soft light of the evening begins: 6° above' },
  sunset_start: { field: 'sunsetStart', docs: 'the lower edge of the sun touches the horizon' },
  sunset: { field: 'sunset', docs: 'the upper edge of the sun disappears' },
  dusk: { field: 'dusk', docs: 'civil twilight is over: 6° below the horizon' },
  nautical_dusk: { field: 'nauticalDusk', docs: 'the horizon at sea is lost: 12° below' },
  night: { field: 'night', docs: 'it is dark: 18° below' },
} as const satisfies Record<string, SunEvent>;

/** What the sun does, by the name that rules have for it. */
export type SunEventName = keyof typeof SUN_EVENTS;

/** How far ahead an event is looked for, where the sun may stay up or down for months. Days. */
const MAX_DAYS = 400;

/**
 * When the sun last did this at a place, at or before a moment: epoch milliseconds, NaN if it has not for a year.
 */
export function sunAtLast(event: SunEventName, { latitude, longitude }: Location): (at: number) => number {
  const { field } = SUN_EVENTS[event];
  // Moments that are asked for follow each other: most are between the same two.
  let from = Number.NaN;
  let to = Number.NaN;
  return (at) => {
    if (from <= at && at < to) return from;
    const noon = (dayAt(at) + 0.5) * DAY;
    to = at + DAY; // What is not looked at below is later.
    for (let day = 2; day > -MAX_DAYS; day--) {
      const time = getTimes(dateAt(noon + day * DAY), latitude, longitude)[field]?.getTime();
      if (time === undefined) continue;
      if (time <= at) return (from = time);
      to = Math.min(to, time);
    }
    return (from = Number.NaN);
  };
}

/** By how much the air lifts a sun that is at the horizon, in degrees. */
const LIFT = 0.48;

/**
 * Whether the sun stands at a place as it does after it has done this, and before it does the opposite: below its height
 * for what comes in the evening, above it for what comes in the morning. Null for what is no matter of its height.
 */
export function sunStandsPast(event: SunEventName, { latitude, longitude }: Location): (at: number) => boolean | null {
  const { field } = SUN_EVENTS[event];
  const [height, , evening] = times.find((names) => names.includes(field)) ?? [null];
  if (height === null) return () => null;
  return (at) => {
    const { altitude } = getPosition(dateAt(at), latitude, longitude);
    const standsAt = altitude < LIFT ? altitude - LIFT : altitude; // Heights of events are without it.
    return field === evening ? standsAt < height : standsAt > height;
  };
}

/** A tick whenever the sun does this at a place, `offset` milliseconds later or, below 0, earlier. */
export function sun(event: SunEventName, offset: number, { latitude, longitude }: Location): Schedule {
  const { field } = SUN_EVENTS[event];
  return {
    id: `sun ${field} ${offset} ${latitude} ${longitude}`,
    next: (after) => {
      const noon = (dayAt(after - offset) + 0.5) * DAY;
      // Days of the sun are not those of the calendar: at the date line an event may be two days away from its own.
      for (let day = -2; day < MAX_DAYS; day++) {
        const at = getTimes(dateAt(noon + day * DAY), latitude, longitude)[field]?.getTime();
        if (at !== undefined && at + offset > after) return at + offset;
      }
      return NEVER;
    },
  };
}
