import { DAY, dayAt, formatDate, formatIso, HOUR, MINUTE, parseClock, weekdayOf } from '../calendar.ts';
import { boundedText } from './budget.ts';
import { type Build, type Call, MESSAGE } from './call.ts';
import { type DateFormat, dateFormat, dateTokens } from './date-format.ts';
import { wallTime, type Getter, type LogicScope } from './getter.ts';
import type { SunTime } from './environment.ts';
import { shown } from './issue.ts';
import { atLocalTime } from './local-time.ts';
import type { Operator } from './operator.ts';
import { constant } from './strict.ts';
import { timeOf } from './time-of.ts';
import type { Zone } from './zone.ts';

/** Moments and the local clock. A time is an ISO 8601 text or an epoch number; left out, it is the time of the message. */
export const TIME: readonly Operator[] = [
  {
    name: 'now',
    arity: [0, 0],
    signature: 'now',
    summary: 'The time of the message, in milliseconds since 1970.',
    example: { logic: { now: [] }, result: 1_795_168_800_000 },
    build: buildNow,
  },
  {
    name: 'time_between',
    arity: [2, 3],
    signature: 'time_between("22:00", "06:00", t?)',
    summary:
      'Whether the local clock is at or after the first time and before the second, which may be on the next day. Either may be what the sun does, as in "sunset-30m".',
    example: { logic: { time_between: ['22:00', '06:00'] }, result: false },
    build: buildTimeBetween,
  },
  {
    name: 'weekday',
    arity: [0, 1],
    signature: 'weekday(t?)',
    summary: 'The local day of the week: "mon", "tue", "wed", "thu", "fri", "sat" or "sun".',
    example: { logic: { weekday: [] }, result: 'fri' },
    build: ofTime((at, zone) => WEEKDAYS[weekdayOf(dayAt(at + zone.offsetAt(at))) - 1]),
  },
  {
    name: 'hour',
    arity: [0, 1],
    signature: 'hour(t?)',
    summary: 'The local hour, 0 to 23.',
    example: { logic: { hour: '2023-10-17 12:45:04' }, result: 12 },
    build: ofTime((at, zone) => Math.floor(clockAt(at, zone) / HOUR)),
  },
  {
    name: 'date',
    arity: [0, 1],
    signature: 'date(t?)',
    summary: 'The local date.',
    example: { logic: { date: [] }, result: '2026-11-20' },
    build: ofTime((at, zone) => formatDate(dayAt(at + zone.offsetAt(at)))),
  },
  {
    name: 'parse_date',
    arity: [1, 1],
    signature: 'parse_date(s)',
    summary:
      'The milliseconds since 1970 of an ISO 8601 text, local time unless it names a zone, or of an epoch in s or ms.',
    example: { logic: { parse_date: '2023-10-17T12:45:04Z' }, result: 1_697_546_704_000 },
    build: ofTime((at) => at),
  },
  {
    name: 'format_date',
    arity: [1, 2],
    signature: 'format_date(t, "%H:%M"?)',
    summary: "The time as local text by a pattern of strftime's; without one, ISO 8601 in UTC.",
    example: { logic: { format_date: [1_795_168_800_000, '%d.%m.%Y %H:%M'] }, result: '20.11.2026 10:00' },
    build: buildFormatDate,
  },
];

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function buildNow(call: Call): Getter {
  call.reads(MESSAGE);
  return wallTime;
}

/** A function of the time in the first operand; without one, of now. */
function ofTime(compute: (at: number, zone: Zone) => unknown): Build {
  return (call) => computed(compute, timeGetter(call, 0), call.environment.zone);
}

function computed(compute: (at: number, zone: Zone) => unknown, time: NumberGetter, zone: Zone): Getter {
  return (scope) => {
    const at = time(scope);
    return Number.isNaN(at) ? null : compute(at, zone);
  };
}

/** Answers NaN for unknown. */
type NumberGetter = (scope: LogicScope) => number;

function timeGetter(call: Call, operand: number): NumberGetter {
  if (operand < call.count) return timeFrom(call.get(operand), call.environment.zone);
  call.reads(MESSAGE);
  return wallTime;
}

function timeFrom(get: Getter, zone: Zone): NumberGetter {
  return (scope) => timeOf(get(scope), zone);
}

/** Milliseconds since local midnight, by the clock. */
function clockAt(at: number, zone: Zone): number {
  const local = at + zone.offsetAt(at);
  return local - dayAt(local) * DAY;
}

function buildTimeBetween(call: Call): Getter {
  const { zone } = call.environment;
  const [from, to] = [timeOfDay(call, 0), timeOfDay(call, 1)];
  const time = timeGetter(call, 2);
  if (typeof from === 'function' && typeof to === 'function') return timeBetween(from, to, time, zone);
  return fromTo(ofDays(from, zone), ofDays(to, zone), time);
}

/** By the clock, as milliseconds since midnight, or by the sun. */
function timeOfDay(call: Call, operand: number): NumberGetter | SunTime {
  const { value, get } = call.operand(operand);
  if (value === undefined) return clockFrom(get);
  const clock = typeof value === 'string' ? parseClock(value) : undefined;
  if (clock !== undefined) return () => clock;
  const sun = typeof value === 'string' ? call.environment.sunTime?.(value) : undefined;
  if (sun !== undefined && 'latest' in sun) return sun;
  if (sun === undefined) {
    const hint = 'Write "HH:MM" or "HH:MM:SS", up to "23:59:59"';
    call.error('bad-time', `${shown(value)} is not a time of day`, { operand, hint });
  } else call.error('bad-time', sun.message, { operand, hint: sun.hint });
  return () => Number.NaN;
}

/** A time of day on each of the days. */
interface OfDays {
  readonly event: string;
  readonly offset: number;
  latest(at: number, scope: LogicScope): number;
  next(after: number, scope: LogicScope): number;
  isPast(at: number): boolean | null;
}

function ofDays(time: NumberGetter | SunTime, zone: Zone): OfDays {
  if (typeof time !== 'function') return time;
  const on = (at: number, day: number, scope: LogicScope): number =>
    atLocalTime(zone, (dayAt(at + zone.offsetAt(at)) + day) * DAY + time(scope));
  return {
    event: '',
    offset: 0,
    latest: (at, scope) => (on(at, 0, scope) <= at ? on(at, 0, scope) : on(at, -1, scope)),
    next: (after, scope) => (on(after, 0, scope) > after ? on(after, 0, scope) : on(after, 1, scope)),
    isPast: () => null,
  };
}

/** What comes on all days is no further from now, nor from what comes before it: for the sun, and for clocks that are set. */
const BY_THE_SUN = DAY + 10 * MINUTE;
const BY_THE_CLOCK = 1.5 * DAY;

/**
 * From each time that the first comes, to the next that the second does; by how much later or earlier is seen to then:
 * half an hour before a sunset that comes twenty minutes after the sunrise begins a night as well. On days on which the sun
 * does not do it, where it stands is what counts.
 */
function fromTo(from: OfDays, to: OfDays, time: NumberGetter): Getter {
  const isWithinOne = from.event === to.event && from.offset < to.offset;
  return (scope) => {
    const at = time(scope);
    if (Number.isNaN(at)) return null;
    const start = from.latest(at - from.offset, scope);
    const end = isWithinOne ? start : to.next(start, scope);
    if (Number.isNaN(start) || Number.isNaN(end)) return null;
    const longest = Math.max(at - from.offset - start, end - start);
    if (longest <= BY_THE_SUN) return at < end + to.offset;
    const [isPastFrom, isPastTo] = [from.isPast(at), to.isPast(at)];
    if (isPastFrom !== null && isPastTo !== null) return isPastFrom && !isPastTo;
    return longest <= BY_THE_CLOCK ? at < end + to.offset : null;
  };
}

function clockFrom(get: Getter): NumberGetter {
  return (scope) => {
    const text = get(scope);
    return typeof text === 'string' ? (parseClock(text) ?? Number.NaN) : Number.NaN;
  };
}

/** From a time until the same time is the whole day, as from 22:00 to 06:00 is the night. */
function timeBetween(from: NumberGetter, to: NumberGetter, time: NumberGetter, zone: Zone): Getter {
  return (scope) => {
    const start = from(scope);
    const end = to(scope);
    const at = time(scope);
    if (Number.isNaN(start) || Number.isNaN(end) || Number.isNaN(at)) return null;
    const clock = clockAt(at, zone);
    return start < end ? start <= clock && clock < end : start <= clock || clock < end;
  };
}

function buildFormatDate(call: Call): Getter {
  const time = timeGetter(call, 0);
  if (call.count === 1) return computed(formatIso, time, call.environment.zone);
  const { value, get } = call.operand(1);
  if (value === undefined) return formatComputed(get, time, call.environment.zone);
  const format = typeof value === 'string' ? dateFormat(value) : shown(value);
  if (typeof format !== 'string') return computed(format, time, call.environment.zone);
  const hint = `Patterns are made of ${[...dateTokens()].join(' ')}`;
  call.error('bad-date-pattern', `format_date does not know ${format}`, { operand: 1, hint });
  return constant(null);
}

function formatComputed(pattern: Getter, time: NumberGetter, zone: Zone): Getter {
  return (scope) => {
    const text = pattern(scope);
    const at = time(scope);
    if (typeof text !== 'string' || Number.isNaN(at)) return null;
    const format: DateFormat | string = dateFormat(boundedText(scope, text));
    return typeof format === 'string' ? null : boundedText(scope, format(at, zone));
  };
}
