import { z } from 'zod';
import { HTTP_METHODS } from '../core/effect.ts';
import { MAX_PASSES } from '../core/script.ts';
import { durationShape } from './duration-shape.ts';
import { brokerShape, expressionShape, inputsShape, qosShape, templateShape, type OneInput } from './shapes.ts';

/** Any value; the texts in it are templates. */
const payloadShape = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .meta({
    id: 'payload',
    description: 'Sent as JSON if it is a list or mapping, else as text. `${expression}` puts a value in.',
  });

const publishOneShape = z.strictObject({
  topic: templateShape,
  payload: payloadShape.optional().meta({ description: 'Left out: an empty message.' }),
  qos: qosShape.optional(),
  retain: z.boolean().optional(),
  message_expiry: durationShape.optional(),
  content_type: templateShape.optional(),
  properties: z.record(z.string(), templateShape).optional().meta({ description: 'MQTT 5 user properties.' }),
  broker: brokerShape.optional(),
});

/** One message to publish, or several. */
export const publishShape = z.union([publishOneShape, z.array(publishOneShape)]);

const httpOneShape = z
  .strictObject({
    url: templateShape,
    method: z.enum(HTTP_METHODS).optional().meta({ description: 'Left out: POST with a body, GET without.' }),
    headers: z.record(z.string(), templateShape).optional(),
    body: payloadShape.optional(),
    timeout: durationShape.optional().meta({ description: 'For each attempt, up to 60s. Default 10s.' }),
    retry: z.int().min(0).max(10).optional().meta({ description: 'Attempts after the first. Default 2.' }),
  })
  .meta({ id: 'request', description: 'A request to a web server.' });

/** One request, or several. */
export const httpShape = z.union([httpOneShape, z.array(httpOneShape)]);

const logOneShape = z.union([
  z.string(),
  z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).optional(), message: templateShape }),
]);

/** One line for the log, or several: a text, or a mapping that also says how bad it is. */
export const logShape = z.union([logOneShape, z.array(logOneShape)]);

/** Names of memory to their new values; null clears one. */
export const setShape = z.record(z.string(), z.union([expressionShape, z.null()]));

/** One step of `do`; it has exactly one of these keys, which the compiler sees to. */
export interface DoStep {
  readonly set?: z.infer<typeof setShape> | undefined;
  readonly publish?: z.infer<typeof publishShape> | undefined;
  readonly http?: z.infer<typeof httpShape> | undefined;
  readonly log?: z.infer<typeof logShape> | undefined;
  readonly wait?: string | undefined;
  readonly wait_for?: { on: OneInput; if?: unknown; timeout?: string | undefined } | undefined;
  readonly choose?: readonly { if?: unknown; do?: DoSteps | undefined; else?: DoSteps | undefined }[] | undefined;
  readonly loop?: { times?: number | undefined; while?: unknown; until?: unknown; do: DoSteps } | undefined;
  readonly stop?: true | undefined;
}

/** One step of `do`, or several. */
export type DoSteps = readonly DoStep[] | DoStep;

/** Steps to any depth: `choose` and `loop` have steps of their own. */
export const doShape: z.ZodType<DoSteps> = z
  .union([z.lazy(() => doStepShape), z.array(z.lazy(() => doStepShape)).min(1)])
  .meta({ id: 'do', description: 'Steps, one after the other.' });

/** What is done for a choice may be nothing. */
const choiceShape: z.ZodType<DoSteps> = z.union([z.lazy(() => doStepShape), z.array(z.lazy(() => doStepShape))]);

const doStepShape: z.ZodType<DoStep> = z
  .lazy(() =>
    z.strictObject({
      set: setShape.optional(),
      publish: publishShape.optional(),
      http: httpShape.optional(),
      log: logShape.optional(),
      wait: durationShape.optional().meta({ description: 'Wait so long.' }),
      wait_for: z
        .strictObject({
          on: inputsShape,
          if: expressionShape.optional(),
          timeout: durationShape.optional(),
        })
        .optional()
        .meta({ description: 'Wait for a message, for so long at the most.' }),
      choose: z
        .array(
          z.strictObject({ if: expressionShape.optional(), do: choiceShape.optional(), else: choiceShape.optional() }),
        )
        .min(1)
        .optional()
        .meta({ description: 'The first one whose condition is true.' }),
      loop: z
        .strictObject({
          times: z.int().min(1).max(MAX_PASSES).optional(),
          while: expressionShape.optional(),
          until: expressionShape.optional(),
          do: doShape,
        })
        .optional()
        .meta({ description: 'Again and again: so many times, while a condition is true, or until it is.' }),
      stop: z.literal(true).optional().meta({ description: 'The script ends here.' }),
    }),
  )
  .meta({ id: 'step', description: 'A step of `do`.' });

/** What a branch does, as in `else`. */
export const actionsShape = z.strictObject({
  set: setShape.optional(),
  publish: publishShape.optional(),
  http: httpShape.optional(),
  log: logShape.optional(),
  do: doShape.optional(),
});
