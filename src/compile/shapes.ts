import { z } from 'zod';
import { CODECS } from '../core/event.ts';
import { MAX_WINDOW_MESSAGES } from '../core/logic/budget.ts';
import { nearest } from '../core/nearest.ts';
import { durationShape } from './duration-shape.ts';
import { isAboutTime, timeShape } from './time-shape.ts';

/** A condition or value: a text is an expression, a mapping with one operator is JSON-logic, the rest is itself. */
export const expressionShape = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .meta({ id: 'expression', description: 'An expression such as `temperature > 30`, or the same as JSON-logic.' });

/** A text with `${expression}` in it. */
export const templateShape = z
  .string()
  .meta({ id: 'template', description: 'A text; `${expression}` puts a value in.' });

/** A quality of service: 0, 1 or 2. */
export const qosShape = z.literal([0, 1, 2]).meta({ description: 'Quality of service.' });

const codecShape = z.enum(CODECS).meta({
  description: 'How the payload is read; `auto` is JSON if it parses, else text.',
});

/** The name of a broker; whether there is one, the compiler sees. */
export const brokerShape = z.string().min(1).meta({ description: 'The name of a broker in the configuration.' });

/** A topic filter with what goes with it. */
export const inputShape = z.strictObject({
  topic: z.union([z.string(), z.array(z.string()).min(1)]).meta({ description: 'A topic filter, or several.' }),
  qos: qosShape.optional(),
  codec: codecShape.optional(),
  retained: z
    .enum(['prime', 'use', 'skip'])
    .meta({ description: '`prime`: retained messages are remembered without acting; `use`: as live; `skip`: ignored.' })
    .optional(),
  broker: brokerShape.optional(),
});

/** What a named input or a step listens to: a topic, or any of several. */
export const inputsShape = z.union([z.string(), z.array(z.union([z.string(), inputShape])).min(1), inputShape]);

/** What `inputsShape` reads. */
export type OneInput = z.infer<typeof inputsShape>;

const INPUT_KEYS = Object.keys(inputShape.shape);

/** A name that is, or is nearly, a key of an input is meant as that key: what has one is of another kind. */
const namedInputsShape = z
  .record(z.string(), z.unknown())
  .superRefine((on, context) => {
    if (!areNamedInputs(on)) context.addIssue({ code: 'invalid_type', expected: 'record', input: on });
  })
  .pipe(z.record(z.string(), inputsShape));

/** Of shapes that a mapping fails alike, messages speak of the first. */
export const onShape = z.union([
  z.string(),
  z.array(z.union([z.string(), timeShape, inputShape])).min(1),
  timeShape,
  inputShape,
  namedInputsShape,
]);

/** Inputs by the names that expressions have for them. */
export type NamedInputs = Readonly<Record<string, OneInput>>;

/** Whether `on` is a mapping from names to inputs. */
export function areNamedInputs(on: object): on is NamedInputs {
  const entries = Object.entries(on);
  return (
    entries.length > 0 &&
    !isAboutTime(on) &&
    entries.every(([name]) => !INPUT_KEYS.includes(name) && nearest(name, INPUT_KEYS) === undefined)
  );
}

/** What a name of `with` looks up: a topic, or a mapping with it. */
export const lookupShape = z.union([
  z.string(),
  z.strictObject({
    topic: z.string(),
    where: expressionShape.optional(),
    ttl: durationShape.optional(),
    codec: codecShape.optional(),
    qos: qosShape.optional(),
    broker: brokerShape.optional(),
  }),
]);

/** Names of memory to what they are at first, which may come with a `ttl`. */
export const memoryShape = z.record(z.string(), z.unknown());

/** A time in which a key acts once, or a mapping that says how often. */
export const throttleShape = z.union([
  durationShape,
  z.strictObject({ max: z.int().min(1).max(1000), per: durationShape }),
]);

const stepShape = z.strictObject({
  on: inputsShape.optional().meta({ description: 'The message of this step.' }),
  not: inputsShape.optional().meta({ description: 'A message that must not come.' }),
  if: expressionShape.optional().meta({ description: 'Which messages count.' }),
  within: durationShape.optional().meta({ description: 'How long after the step before it.' }),
});

/** Messages in order: two steps at least. */
export const sequenceShape = z.array(stepShape).min(2);

/** What ends a level: a condition, or a mapping that also says for how long. */
export const untilShape = z.union([
  z.strictObject({
    if: expressionShape.optional().meta({ description: 'The condition; left out: that of the rule is false.' }),
    for: durationShape.optional().meta({ description: 'It must hold so long without a break.' }),
    min: durationShape.optional().meta({ description: 'The level never ends sooner than this.' }),
  }),
  expressionShape,
]);

/** How long silence lasts before the rule acts, with the keys that are waited for. */
export const absentShape = z.union([
  durationShape,
  z.strictObject({
    after: durationShape,
    keys: z
      .array(z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]))
      .optional()
      .meta({ description: 'Keys that are waited for from the start, though no message has come for them.' }),
  }),
]);

const alertLevelShape = z.strictObject({
  if: expressionShape.meta({ description: 'When this severity holds.' }),
  for: durationShape.optional().meta({ description: 'It must hold so long without a false.' }),
  until: untilShape.optional().meta({ description: 'What ends it; left out: that `if` is false.' }),
});

/** What an alert says, where, and how bad it is. */
export const alertShape = z.strictObject({
  severity: templateShape.optional().meta({ description: 'How bad it is, in a word: the same for all messages.' }),
  levels: z
    .record(z.string(), alertLevelShape)
    .optional()
    .meta({ description: 'Severities, lowest first, each with its condition: in the place of `severity` and `if`.' }),
  falling: z.boolean().optional().meta({ description: 'The severity may fall while the alert fires.' }),
  summary: templateShape.optional().meta({ description: 'What is wrong, in a line. What is unknown prints `?`.' }),
  description: templateShape.optional(),
  labels: z.record(z.string(), z.union([templateShape, z.number(), z.boolean()])).optional(),
  value: expressionShape
    .optional()
    .meta({ description: "The value it is about; left out: the left side of the condition's first comparison." }),
  topic: z
    .union([templateShape, z.literal(false)])
    .optional()
    .meta({ description: 'Where it is published; `false` for nowhere. Default `alerts/${rule}/${key}`.' }),
  pending: z.boolean().optional().meta({ description: '`true`: it is published while it is pending, too.' }),
  ack: z
    .union([templateShape, z.literal(false)])
    .optional()
    .meta({
      description: 'A message there acknowledges it; `false` for nowhere. Default `alerts/${rule}/${key}/ack`.',
    }),
});

/** A window; which of its keys go together, the compiler sees. */
export const windowShape = z.strictObject({
  tumbling: durationShape.optional().meta({ description: 'Windows of this length, one after the other.' }),
  hopping: durationShape.optional().meta({ description: 'Windows of this length, one at the end of each `every`.' }),
  sliding: durationShape.optional().meta({ description: 'The last so long, evaluated for each message.' }),
  session: durationShape.optional().meta({ description: 'Ends when no message came for so long.' }),
  count: z.int().min(1).max(MAX_WINDOW_MESSAGES).optional().meta({ description: 'So many messages.' }),
  from: expressionShape.optional().meta({ description: 'Opens with a message for which this is true.' }),
  to: expressionShape.optional().meta({ description: 'Ends with a later message for which this is true.' }),
  cut: expressionShape
    .optional()
    .meta({ description: 'A message for which this is true ends the window before it and begins the next.' }),
  every: z
    .union([durationShape, z.int().min(1)])
    .optional()
    .meta({ description: 'With `hopping`: how often a window ends. With `count`: after how many messages.' }),
  max: durationShape.optional().meta({ description: 'With `session`: it ends at the latest after so long.' }),
  offset: durationShape.optional().meta({ description: 'Shifts `tumbling` and `hopping` windows.' }),
  time: expressionShape.optional().meta({ description: 'Event time: when the message was, ISO or epoch.' }),
  lateness: durationShape.optional().meta({ description: 'With `time`: how long to wait for messages out of order.' }),
  idle: durationShape.optional().meta({
    description: 'With `time`: after so long without a message event time goes on by the clock. Default 30s.',
  }),
  skew: durationShape
    .optional()
    .meta({ description: 'With `time`: messages further ahead of the clock are refused. Default 1m.' }),
  watermark: z
    .enum(['key', 'rule'])
    .optional()
    .meta({ description: 'With `time`: `rule` has one event time for all keys.' }),
});

/** How many actions a rule may do in a second, and in one go where it was quiet; `off` for any number. */
export const rateShape = z.union([
  z.literal('off'),
  z.number().positive(),
  z.strictObject({ rate: z.number().positive(), burst: z.number().min(1) }),
]);
