import { z } from 'zod';
import { durationFault, parseDuration, parseOffset } from '../spec/duration.ts';
import { DURATION } from '../spec/shape-words.ts';

/** A length of time, such as `5m` or `1h30m`. */
export const durationShape = z
  .string({ error: DURATION })
  .refine((text) => parseDuration(text) !== undefined, { error: ({ input }) => durationFault(input) })
  .meta({ id: 'duration', description: 'A length of time: `250ms`, `10s`, `5m`, `1h30m`, `2d`.' });

/** A length of time, forward or back: `30m`, `-1h`. */
export const offsetShape = z
  .string({ error: DURATION })
  .refine((text) => parseOffset(text) !== undefined, { error: 'expected a duration such as 30m, or -30m for before' })
  .meta({ id: 'offset', description: 'A length of time; with `-` in front, before: `30m`, `-1h`.' });
