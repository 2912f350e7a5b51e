import type { z } from 'zod';
import type { Zone } from '../core/logic/zone.ts';
import { zone } from '../core/logic/zone-intl.ts';
import type { Schedule } from '../core/schedule.ts';
import { cron, isSchedule } from '../core/schedules/cron.ts';
import { every } from '../core/schedules/every.ts';
import { sun, type Location, type SunEventName } from '../core/schedules/sun.ts';
import type { Path } from '../spec/document.ts';
import { parseDuration, parseOffset } from '../spec/duration.ts';
import type { Report } from './report.ts';
import { NO_LOCATION, neverDoes } from './sun-time.ts';
import type { onShape } from './shapes.ts';
import { isAboutTime, type TimeSpec } from './time-shape.ts';

/** What times are compiled with. */
export interface TimeSettings {
  /** Whose clocks `hour`, windows and schedules go by. */
  readonly zone: Zone;
  /** Where the sun is looked at; null if the configuration does not say. */
  readonly location: Location | null;
}

/** When a rule ticks. */
export interface Times {
  readonly schedules: readonly Schedule[];
  readonly onStart: boolean;
  /** It has ticks, be it that their schedules have mistakes. */
  readonly tick: boolean;
}

/** Compile the sources of time in `on`. */
export function compileTimes(on: z.infer<typeof onShape>, path: Path, settings: TimeSettings, report: Report): Times {
  const times = timesIn(on, path);
  return {
    schedules: times.flatMap(([spec, place]) => {
      const schedule = compileSchedule(spec, place, settings, report);
      if (schedule === null) return [];
      return spec.missed === 'skip' ? [{ ...schedule, skipsMissed: true }] : [schedule];
    }),
    onStart: times.some(([spec]) => spec.start === true),
    tick: times.length > 0,
  };
}

function timesIn(on: z.infer<typeof onShape>, path: Path): [TimeSpec, Path][] {
  if (Array.isArray(on)) return on.flatMap((one, i) => timesIn(one, [...path, i]));
  return typeof on === 'object' && isAboutTime(on) ? [[on as TimeSpec, path]] : []; // By its shape.
}

/** Null for `start`, and where there is a mistake, which is reported. */
function compileSchedule(spec: TimeSpec, path: Path, settings: TimeSettings, report: Report): Schedule | null {
  if (spec.schedule !== undefined) {
    const where = zoneOf(spec, path, settings.zone, report);
    return where === null ? null : compileCron(spec.schedule, [...path, 'schedule'], where, report);
  }
  if (spec.every !== undefined) {
    const where = zoneOf(spec, path, settings.zone, report);
    const length = parseDuration(spec.every) ?? 0;
    if (length === 0) report.error([...path, 'every'], 'invalid-value', '`every` must be longer than nothing');
    return where === null || length === 0 ? null : every(length, where);
  }
  if (spec.sun === undefined) return null;
  return compileSun(spec.sun, parseOffset(spec.offset ?? '0s') ?? 0, [...path, 'sun'], settings.location, report);
}

function compileCron(pattern: string, path: Path, where: Zone, report: Report): Schedule | null {
  const made = cron(pattern, where);
  if (isSchedule(made)) return made;
  report.within('error', path, made, made.code, made.message, made.hint);
  return null;
}

function compileSun(
  event: SunEventName,
  offset: number,
  path: Path,
  location: Location | null,
  report: Report,
): Schedule | null {
  const fault = location === null ? NO_LOCATION : neverDoes(event, location);
  if (location !== null && fault === null) return sun(event, offset, location);
  const code = location === null ? 'no-location' : 'never-runs';
  if (fault !== null) report.error(path, code, fault.message, fault.hint);
  return null;
}

/** Null for a time zone that does not exist, which is reported. */
function zoneOf({ timezone }: TimeSpec, path: Path, otherwise: Zone, report: Report): Zone | null {
  if (timezone === undefined || timezone === otherwise.name) return otherwise;
  try {
    return zone(timezone);
  } catch {
    const hint = 'Write a name such as Europe/Berlin or UTC';
    report.error([...path, 'timezone'], 'unknown-timezone', `"${timezone}" is not a time zone`, hint);
    return null;
  }
}
