import { getTimes, type SunTimeName } from 'suncalc';
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

export type SunEventName = keyof typeof SUN_EVENTS;

/** How far ahead an event is looked for, where the sun may stay up or down for months. Days. */
const MAX_DAYS = 400;

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
