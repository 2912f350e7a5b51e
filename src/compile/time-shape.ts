import { z } from 'zod';
import { nearest } from '../core/nearest.ts';
import { SUN_EVENTS, type SunEventName } from '../core/schedules/sun.ts';
import { durationShape, offsetShape } from './duration-shape.ts';

/** What each source of time may have beside itself. */
const BESIDE = {
  schedule: ['timezone', 'missed'],
  every: ['timezone', 'missed'],
  sun: ['offset', 'missed'],
  start: [],
} as const;

/** The keys that make a mapping a source of time. */
const TIMES = Object.keys(BESIDE) as (keyof typeof BESIDE)[];

const fieldsShape = z
  .strictObject({
    schedule: z.string().optional().meta({ description: 'A cron pattern: `0 23 * * 1-5`.' }),
    every: durationShape.optional(),
    sun: z
      .enum(Object.keys(SUN_EVENTS) as SunEventName[])
      .optional()
      .meta({ description: 'What the sun does, at `location` in the configuration.' }),
    start: z.literal(true).optional().meta({ description: 'Once, when the engine starts.' }),
    timezone: z
      .string()
      .optional()
      .meta({ description: 'The zone whose clocks `schedule` and `every` go by; default: that of the configuration.' }),
    offset: offsetShape.optional(),
    missed: z.enum(['run', 'skip']).optional().meta({
      description:
        'Of all that falls into a time in which the engine does not run: `run` (the default) one tick; `skip` none.',
    }),
  })
  .superRefine((time, context) => {
    const found = TIMES.filter((key) => time[key] !== undefined);
    const [first] = found;
    if (first === undefined) return;
    for (const key of found.slice(1)) {
      context.addIssue({ code: 'custom', path: [key], message: `\`${key}\` cannot go with \`${first}\`: ${TWO}` });
    }
    for (const key of ['timezone', 'offset', 'missed'] as const) {
      if (time[key] === undefined || BESIDE[first].some((beside) => beside === key)) continue;
      context.addIssue({ code: 'custom', path: [key], message: `\`${key}\` says nothing about \`${first}\`` });
    }
  });

const TWO = 'for two sources, make `on` a list';

/** A source of time: a mapping with one of its keys. */
export const timeShape = z
  .record(z.string(), z.unknown())
  .superRefine((on, context) => {
    if (!isAboutTime(on)) context.addIssue({ code: 'invalid_type', expected: 'record', input: on });
  })
  .pipe(fieldsShape);

/** A source of time as it is written. */
export type TimeSpec = z.infer<typeof timeShape>;

/** Whether a mapping is, or is nearly, a source of time. Of inputs with names, only one called `start` is left alone. */
export function isAboutTime(on: object): boolean {
  const names = Object.keys(on);
  if (names.some((name) => name === 'schedule' || name === 'every' || name === 'sun')) return true;
  const [only, ...others] = names.filter((name) => name !== 'timezone' && name !== 'offset' && name !== 'missed');
  if (only === undefined || others.length > 0) return false;
  return only === 'start' || nearest(only, ['schedule', 'every', 'start']) !== undefined;
}
