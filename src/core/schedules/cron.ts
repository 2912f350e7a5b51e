import { Cron } from 'croner';
import type { Zone } from '../logic/zone.ts';
import type { Schedule } from '../schedule.ts';
import { NEVER } from '../stage.ts';
import { dateAt } from './date.ts';

/** What is wrong with a pattern, and where in its text. */
export interface CronMistake {
  readonly code: 'invalid-schedule' | 'never-runs';
  readonly message: string;
  readonly hint: string;
  readonly offset: number;
  readonly length: number;
}

/** A tick whenever the clocks of a zone show what a cron pattern says; or what is wrong with the pattern. */
export function cron(pattern: string, zone: Zone): Schedule | CronMistake {
  const text = pattern.trim();
  if (text.startsWith('@')) {
    return NICKNAMES.includes(text.toLowerCase()) ? scheduleOf(text, zone) : notANickname(pattern, text);
  }
  const fields = fieldsOf(pattern);
  const kinds = FIELDS.slice(FIELDS.length - fields.length);
  if (fields.length < 5 || kinds.length < fields.length) return wrongCount(pattern, fields.length);
  for (const [i, kind] of kinds.entries()) {
    const field = fields[i] as Field; // As many as there are kinds.
    if (!isPossible(field.text, kind)) return wrongField(field, kind);
  }
  const schedule = scheduleOf(fields.map((field) => field.text).join(' '), zone);
  return schedule.next(ANY_TIME) === NEVER ? neverRuns(fields) : schedule;
}

/** Whether a pattern made a schedule. */
export function isSchedule(made: Schedule | CronMistake): made is Schedule {
  return 'next' in made;
}

/** A word of a pattern, and where it stands. */
interface Field {
  readonly text: string;
  readonly offset: number;
}

interface Kind {
  readonly name: string;
  readonly values: string;
  /** A pattern that has only this field. */
  readonly alone: (text: string) => string;
}

/** The fields of a pattern, from the left; the first may be left out. */
const FIELDS: readonly Kind[] = [
  { name: 'second', values: '0-59', alone: (text) => `${text} * * * * *` },
  { name: 'minute', values: '0-59', alone: (text) => `${text} * * * *` },
  { name: 'hour', values: '0-23', alone: (text) => `* ${text} * * *` },
  { name: 'day of the month', values: '1-31, L for the last, 15W', alone: (text) => `* * ${text} * *` },
  { name: 'month', values: '1-12 or JAN-DEC', alone: (text) => `* * * ${text} *` },
  { name: 'day of the week', values: '0-7 or SUN-SAT, FRI#2, FRI#L', alone: (text) => `* * * * ${text}` },
];

const NICKNAMES = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** Patterns return: what does not come after this never does. 2000-01-01T00:00:00Z. */
const ANY_TIME = 946_684_800_000;

/** Throws for a pattern that croner does not take. */
function scheduleOf(pattern: string, zone: Zone): Schedule {
  // Lists and ranges are as good as several schedules: on the days on which clocks change, too.
  const times = new Cron(pattern, { timezone: zone.name, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
  return {
    id: `cron ${pattern.toUpperCase()} ${zone.name}`,
    next: (after) => times.nextRun(dateAt(after))?.getTime() ?? NEVER,
  };
}

function fieldsOf(pattern: string): Field[] {
  return [...pattern.matchAll(/\S+/g)].map(({ 0: text, index }) => ({ text, offset: index }));
}

function isPossible(text: string, { alone }: Kind): boolean {
  if (!/^[\w*?,/#+-]+$/.test(text)) return false; // A text with a colon croner takes for a date.
  try {
    return new Cron(alone(text), { mode: '5-or-6-parts' }) instanceof Cron;
  } catch {
    return false;
  }
}

function wrongField({ text, offset }: Field, { name, values }: Kind): CronMistake {
  return {
    code: 'invalid-schedule',
    message: `"${text}" is not possible as the ${name}`,
    hint: `Possible: ${values}; * for all, lists 1,3, rising ranges 1-5, steps */10`,
    offset,
    length: text.length,
  };
}

function wrongCount(pattern: string, count: number): CronMistake {
  return {
    code: 'invalid-schedule',
    message: `a schedule has 5 fields, or 6 with seconds first; this has ${count}`,
    hint: 'minute, hour, day of the month, month, day of the week: "0 23 * * 1-5" is 23:00 from Monday to Friday',
    ...whole(pattern),
  };
}

function notANickname(pattern: string, text: string): CronMistake {
  return {
    code: 'invalid-schedule',
    message: `"${text}" is not a schedule`,
    hint:
      text.toLowerCase() === '@reboot' ? 'For when the engine starts: start: true' : `Names: ${NICKNAMES.join(', ')}`,
    ...whole(pattern),
  };
}

function neverRuns(fields: readonly Field[]): CronMistake {
  const [day, month] = fields.slice(-3) as [Field, Field]; // There are at least five.
  return {
    code: 'never-runs',
    message: 'no year has such a day: this would never run',
    hint: 'Look at the day of the month and the month',
    offset: day.offset,
    length: month.offset + month.text.length - day.offset,
  };
}

function whole(pattern: string): Pick<CronMistake, 'offset' | 'length'> {
  return { offset: 0, length: Math.max(1, pattern.length) };
}
