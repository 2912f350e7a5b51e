import { z } from 'zod';
import { durationShape } from './duration-shape.ts';
import { brokerShape, qosShape } from './shapes.ts';

const momentShape = z
  .union([durationShape, z.string().meta({ pattern: '^\\d{4}-\\d{2}-\\d{2}' })])
  .meta({ description: 'How long after the start, such as `5m`; or a time, such as `2026-11-20T10:00:00Z`.' });

const propertiesShape = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .meta({ description: 'MQTT 5 user properties.' });

/** A message that comes. */
export const sendShape = z.strictObject({
  at: momentShape,
  send: z.string().meta({ description: 'The topic of a message that comes.' }),
  payload: z
    .unknown()
    .optional()
    .meta({ description: 'A text is sent as it is, any other value as JSON. Left out: an empty message.' }),
  retain: z.boolean().optional().meta({ description: '`true`: it is delivered as retained.' }),
  qos: qosShape.optional(),
  properties: propertiesShape.optional(),
  broker: brokerShape.optional(),
});

/** A message that the rules must publish. */
export const expectShape = z.strictObject({
  at: momentShape,
  expect: z.string().meta({ description: 'The topic that must be published to at this very time; or `nothing`.' }),
  payload: z.unknown().optional().meta({ description: 'What the payload must be; left out: anything.' }),
  contains: z
    .unknown()
    .optional()
    .meta({ description: 'What the payload must have in it: some of its entries, or a part of its text.' }),
  retain: z.boolean().optional(),
  qos: qosShape.optional(),
  properties: propertiesShape.optional(),
  broker: brokerShape.optional(),
});

/** Nothing may have been published since the step before. */
export const silenceShape = z.strictObject({ at: momentShape, expect: z.literal('nothing') });

const nameShape = z.string().min(1).meta({ description: 'What the rules are to do, in your words.' });

const testKeys = {
  name: nameShape,
  start: z
    .string()
    .optional()
    .meta({ description: 'When the virtual clock begins: `2026-11-20T10:00:00Z`. Default: 2000-01-01T00:00:00Z.' }),
  timezone: z.string().optional().meta({ description: 'The time zone of the rules. Default: UTC, or the configured.' }),
  rules: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'The ids of the rules that run. Default: all rules of the file.' }),
};

/** One entry of `tests`, whose steps are looked at one by one. */
export const testShape = z.strictObject({ ...testKeys, script: z.array(z.unknown()).min(1) });

/** `tests` as editors know it. */
export const testsShape = z.array(
  z.strictObject({ ...testKeys, script: z.array(z.union([sendShape, expectShape])).min(1) }),
);
