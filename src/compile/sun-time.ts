import type { SunTime, SunTimeFault } from '../core/logic/environment.ts';
import { nearest } from '../core/nearest.ts';
import { sun, SUN_EVENTS, sunAtLast, sunStandsPast, type Location, type SunEventName } from '../core/schedules/sun.ts';
import { NEVER } from '../core/stage.ts';
import { parseOffset } from '../spec/duration.ts';

/** What the sun does, with an offset: `sunset`, `sunrise+1h30m`. */
const SUN_TIME = /^([a-z_]+) *(?:([+-]) *(.*))?$/;

/** What a text says of the sun, or why that is not to be known; undefined for a text about something else. */
export function sunTime(text: string, location: Location | null): SunTime | SunTimeFault | undefined {
  const [, event = '', sign = '+', length = '0s'] = SUN_TIME.exec(text.trim()) ?? [];
  if (event === '') return undefined;
  if (event === 'noon' || event === 'midnight') {
    const hint = `Write "${event === 'noon' ? '12:00' : '00:00'}", or "solar_${event}" for what the sun does`;
    return { message: `"${event}" may be that of the clock or of the sun`, hint };
  }
  if (!isSunEvent(event)) {
    const meant = nearest(event, Object.keys(SUN_EVENTS));
    const hint = meant === undefined ? 'Write "22:00", or what the sun does: "sunset-30m"' : `Did you mean "${meant}"?`;
    return { message: `the sun does nothing that is called "${event}"`, hint };
  }
  const offset = parseOffset(sign + length);
  if (offset === undefined)
    return { message: `"${sign}${length}" is not a length of time`, hint: `Write "${event}${sign}30m"` };
  if (location === null) return NO_LOCATION;
  const fault = neverDoes(event, location);
  if (fault !== null) return fault;
  const schedule = sun(event, 0, location);
  const next = remembering((after) => schedule.next(after));
  const isPast = sunStandsPast(event, location);
  return { event: SUN_EVENTS[event].field, offset, latest: sunAtLast(event, location), next, isPast };
}

/** It is asked for again and again what comes after the same. */
function remembering(next: (after: number) => number): (after: number) => number {
  let asked = Number.NaN;
  let answer = Number.NaN;
  return (after) => {
    if (after !== asked) [asked, answer] = [after, next(after)];
    return answer;
  };
}

function isSunEvent(event: string): event is SunEventName {
  return Object.hasOwn(SUN_EVENTS, event);
}

/** What is said where the configuration has no place. */
export const NO_LOCATION: SunTimeFault = {
  message: 'when the sun does this depends on where, and the configuration does not say',
  hint: 'Write location: { latitude: 48.86, longitude: 2.29 } in automate.yaml',
};

/** What is said where the sun never does this; null where it does. */
export function neverDoes(event: SunEventName, location: Location): SunTimeFault | null {
  if (sun(event, 0, location).next(ANY_TIME) !== NEVER) return null;
  const message = `there is no ${event} at latitude ${location.latitude}: this would never come`;
  return { message, hint: 'Look at `location` in the configuration' };
}

/** The sun does in a year what it does in any. 2000-01-01T00:00:00Z. */
const ANY_TIME = 946_684_800_000;
