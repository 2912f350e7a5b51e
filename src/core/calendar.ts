/**
 * Days, dates and ISO 8601 texts as plain arithmetic, in the proleptic Gregorian calendar. A day is counted from
 * 1970-01-01; a local time is the number that the same clock face would be in UTC.
 */

/** In milliseconds. */
export const SECOND = 1_000;
/** In milliseconds. */
export const MINUTE = 60 * SECOND;
/** In milliseconds. */
export const HOUR = 60 * MINUTE;
/** In milliseconds; a day on which clocks are set is shorter or longer. */
export const DAY = 24 * HOUR;

/** The first time that has a date of four digits, in epoch milliseconds: the beginning of the year 0000. */
export const EARLIEST = -62_167_219_200_000;
/** The last one: the end of the year 9999. */
export const LATEST = 253_402_300_799_999;

/** A date on the calendar; months and days count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What an ISO 8601 text says: what the clock shows, and how far that clock is from UTC if the text tells. Milliseconds. */
export interface IsoTime {
  readonly local: number;
  readonly offset: number | undefined;
}

/** The day that a date is. Months beyond 1 to 12 and days beyond the month's run on into the next ones. */
export function dayOf(year: number, month: number, day: number): number {
  // Years begin in March here, so that the leap day is the last of its year.
  const shifted = year + Math.floor((month - 3) / 12);
  const sinceMarch = modulo(month - 3, 12);
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * sinceMarch + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The date of a day. */
export function dateOf(day: number): CivilDate {
  const sinceEra0 = day + 719_468;
  const era = Math.floor(sinceEra0 / 146_097);
  const dayOfEra = sinceEra0 - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const sinceMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = sinceMarch < 10 ? sinceMarch + 3 : sinceMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * sinceMarch + 2) / 5) + 1,
  };
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(day: number): number {
  return modulo(day + 3, 7) + 1;
}

/** How many days a month has; months count from 1. */
function daysInMonth(year: number, month: number): number {
  return dayOf(year, month + 1, 1) - dayOf(year, month, 1);
}

/** The day on which a time lies, UTC or local as the time is. */
export function dayAt(time: number): number {
  return Math.floor(time / DAY);
}

/** `2026-11-20` */
export function formatDate(day: number): string {
  const date = dateOf(day);
  return `${digits(date.year, 4)}-${digits(date.month, 2)}-${digits(date.day, 2)}`;
}

/** `2026-11-20T10:00:00Z`, with milliseconds only where there are some: epoch milliseconds as ISO 8601 in UTC. */
export function formatIso(at: number): string {
  const day = dayAt(at);
  const time = at - day * DAY;
  const fraction = time % SECOND === 0 ? '' : `.${digits(time % SECOND, 3)}`;
  return `${formatDate(day)}T${formatClock(time)}${fraction}Z`;
}

/** `10:00:00`, of milliseconds since midnight. */
export function formatClock(time: number): string {
  const minutes = Math.floor(time / MINUTE);
  return `${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}:${digits(Math.floor(time / SECOND) % 60, 2)}`;
}

/**
 * Reads a date (`2026-11-20`), with a time (`T10:00`, ` 10:00:04.5`), with a zone (`Z`, `+01:00`, `+0100`, `+01`).
 * Undefined for anything else, a date that does not exist included.
 */
export function parseIso(text: string): IsoTime | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const clock = match[4] === undefined ? 0 : clockOf(match[4], match[5], match[6] ?? '0', match[7] ?? '0');
  const offset = offsetOf(match[8], match[9], match[10]);
  if (clock === undefined || Number.isNaN(offset)) return undefined;
  return { local: dayOf(year, month, day) * DAY + clock, offset };
}

/** What programs write of a time, in epoch milliseconds: `2026-11-20T10:00:00.000Z`. Undefined for all else. */
export function parseUtc(text: string): number | undefined {
  if (text.length !== 24 || !hasMarksOfUtc(text)) return undefined;
  const year = 100 * pairAt(text, 0) + pairAt(text, 2);
  const [month, day] = [pairAt(text, 5), pairAt(text, 8)];
  const [hour, minute, second] = [pairAt(text, 11), pairAt(text, 14), pairAt(text, 17)];
  const thousandths = 10 * pairAt(text, 20) + digitAt(text, 22);
  // What is no digit makes NaN, which is never at most or at least anything.
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && thousandths <= 999;
  if (!isDay || !isTime) return undefined;
  return dayOf(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND + thousandths;
}

function hasMarksOfUtc(text: string): boolean {
  return (
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    text.charCodeAt(10) === 0x54 &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a &&
    text.charCodeAt(19) === 0x2e &&
    text.charCodeAt(23) === 0x5a
  );
}

function pairAt(text: string, place: number): number {
  return 10 * digitAt(text, place) + digitAt(text, place + 1);
}

function digitAt(text: string, place: number): number {
  const digit = text.charCodeAt(place) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}

/** Reads `22:00` or `22:00:30` as milliseconds since midnight; undefined for anything else. */
export function parseClock(text: string): number | undefined {
  const match = CLOCK.exec(text);
  return match === null ? undefined : clockOf(match[1], match[2], match[3] ?? '0', '0');
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|z|[+-])(?:(\d\d)(?::?(\d\d))?)?)?)?$/;
const CLOCK = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/;

function clockOf(
  hour: string | undefined,
  minute: string | undefined,
  second: string,
  fraction: string,
): number | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) return undefined;
  return h * HOUR + m * MINUTE + s * SECOND + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** Undefined without a zone, NaN for a zone that is none. */
function offsetOf(sign: string | undefined, hour: string | undefined, minute: string | undefined): number | undefined {
  if (sign === undefined) return undefined;
  if (sign === 'Z' || sign === 'z') return hour === undefined ? 0 : Number.NaN;
  const [h, m] = [Number(hour), Number(minute ?? '0')];
  if (h > 23 || m > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (h * HOUR + m * MINUTE); // NaN where there is a sign and no hour.
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** The remainder that is never below 0. */
export function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
