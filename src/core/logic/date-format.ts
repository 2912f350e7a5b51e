import {
  type CivilDate,
  dateOf,
  DAY,
  dayAt,
  dayOf,
  formatClock,
  formatDate,
  HOUR,
  MINUTE,
  SECOND,
  weekdayOf,
} from '../calendar.ts';
import type { Zone } from './zone.ts';

/** A compiled pattern: prints a moment of epoch milliseconds as the clocks and calendars of a zone show it. */
export type DateFormat = (at: number, zone: Zone) => string;

/** Compiles a pattern of strftime's tokens (TOKENS below). A pattern with another token answers that token as text. */
export function dateFormat(pattern: string): DateFormat | string {
  const printers: Printer[] = [];
  for (const [piece] of pattern.matchAll(/%.?|[^%]+/gsu)) {
    const printer = piece.startsWith('%') ? TOKENS.get(piece) : () => piece;
    if (printer === undefined) return piece;
    printers.push(printer);
  }
  return (at, zone) => {
    const moment = momentOf(at, zone);
    return printers.map((print) => print(moment)).join('');
  };
}

/** The tokens that a pattern may have. */
export function dateTokens(): Iterable<string> {
  return TOKENS.keys();
}

interface Moment {
  readonly at: number;
  readonly zone: Zone;
  readonly offset: number;
  readonly day: number;
  /** Milliseconds since midnight. */
  readonly time: number;
  readonly date: CivilDate;
}

type Printer = (moment: Moment) => string;

function momentOf(at: number, zone: Zone): Moment {
  const offset = zone.offsetAt(at);
  const day = dayAt(at + offset);
  return { at, zone, offset, day, time: at + offset - day * DAY, date: dateOf(day) };
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** As in C: year, month, day; hour, minute, second, millisecond; names; weekday; zone; epoch seconds; and whole dates and times. */
const TOKENS: ReadonlyMap<string, Printer> = new Map<string, Printer>([
  ['%Y', ({ date }) => padded(date.year, 4)],
  ['%y', ({ date }) => padded(date.year % 100, 2)],
  ['%m', ({ date }) => padded(date.month, 2)],
  ['%d', ({ date }) => padded(date.day, 2)],
  ['%e', ({ date }) => String(date.day).padStart(2, ' ')],
  ['%j', ({ day, date }) => padded(day - dayOf(date.year, 1, 1) + 1, 3)],
  ['%H', ({ time }) => padded(Math.floor(time / HOUR), 2)],
  ['%I', ({ time }) => padded(((Math.floor(time / HOUR) + 11) % 12) + 1, 2)],
  ['%M', ({ time }) => padded(Math.floor(time / MINUTE) % 60, 2)],
  ['%S', ({ time }) => padded(Math.floor(time / SECOND) % 60, 2)],
  ['%L', ({ time }) => padded(time % SECOND, 3)],
  ['%p', ({ time }) => (time < 12 * HOUR ? 'AM' : 'PM')],
  ['%A', ({ day }) => weekdayName(day)],
  ['%a', ({ day }) => weekdayName(day).slice(0, 3)],
  ['%B', ({ date }) => monthName(date)],
  ['%b', ({ date }) => monthName(date).slice(0, 3)],
  ['%u', ({ day }) => String(weekdayOf(day))],
  ['%w', ({ day }) => String(weekdayOf(day) % 7)],
  ['%Z', ({ zone }) => zone.name],
  ['%z', ({ offset }) => offsetText(offset)],
  ['%s', ({ at }) => String(Math.floor(at / SECOND))],
  ['%F', ({ day }) => formatDate(day)],
  ['%T', ({ time }) => formatClock(time)],
  ['%R', ({ time }) => formatClock(time).slice(0, 5)],
  ['%%', () => '%'],
]);

function weekdayName(day: number): string {
  return WEEKDAYS[weekdayOf(day) - 1] ?? '';
}

function monthName(date: CivilDate): string {
  return MONTHS[date.month - 1] ?? '';
}

/** `+0530` */
function offsetText(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / MINUTE);
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60), 2)}${padded(minutes % 60, 2)}`;
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
