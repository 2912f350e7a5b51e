import { z } from 'zod';
import { durationShape } from '../compile/duration-shape.ts';
import { rateShape } from '../compile/shapes.ts';
import { parseSize } from '../spec/size.ts';

const sizeShape = z
  .string()
  .refine((text) => parseSize(text) !== undefined, { error: 'expected a size such as 256KiB or 1MiB' });
const portShape = z.int().min(0).max(65_535);
const countShape = z.int().min(1);

const brokerMapping = z.strictObject({
  url: z
    .string()
    .refine(isBrokerUrl, { error: 'expected an address such as mqtt://host:1883, mqtts://, ws:// or wss://' }),
  username: z.string().optional(),
  password: z.string().optional(),
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  /** False: do not check the broker's certificate. */
  verify: z.boolean().optional(),
  client_id: z.string().min(1).max(128).optional(),
  protocol: z.union([z.literal(5), z.literal(4), z.literal('5'), z.literal('3.1.1')]).optional(),
  clean: z.boolean().optional(),
  session_expiry: durationShape.optional(),
  keepalive: durationShape.optional(),
});

const brokerUrl = z
  .string()
  .refine(isBrokerUrl, { error: 'expected `embedded` or an address such as mqtt://host:1883' });

const listenShape = z.string().refine(isListen, { error: 'expected host:port, such as 127.0.0.1:9464, or off' });

const httpMapping = z.strictObject({
  listen: listenShape.optional(),
  token: z
    .string()
    .regex(/^[!-~]{8,}$/, { error: 'expected at least 8 visible ASCII characters' })
    .optional(),
  /** More host names by which the server is reached. */
  names: z.array(z.string()).optional(),
});

const folderShape = z.string().regex(/^(?![a-z]+:\/\/)./, { error: 'expected a folder, or `memory`' });

const stateMapping = z.strictObject({
  folder: folderShape.optional(),
  sync: z.enum(['commit', 'interval', 'off'], { error: 'expected commit, interval or off' }).optional(),
  trust_downtime: z.boolean().optional(),
});

/** Degrees; north and east are above 0. */
const locationMapping = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

/** The configuration as it is written: every key is optional. */
export const configShape = z.strictObject({
  broker: z.union([z.literal('embedded'), brokerUrl, brokerMapping]).optional(),
  brokers: z.record(z.string().regex(/^[A-Za-z0-9_-]+$/), z.union([brokerUrl, brokerMapping])).optional(),
  embedded: z
    .strictObject({
      host: z.string().optional(),
      port: portShape.optional(),
      max_connections: countShape.optional(),
      max_packet_size: sizeShape.optional(),
      max_retained: countShape.optional(),
    })
    .optional(),
  rules: z.string().optional(),
  state: z.union([folderShape, stateMapping]).optional(),
  http: z.union([listenShape, httpMapping]).optional(),
  instance: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, { error: 'expected letters, digits, - and _ only' })
    .optional(),
  timezone: z.string().refine(isTimezone, { error: 'expected a time zone such as Europe/Berlin or UTC' }).optional(),
  logic: z.enum(['sql', 'reference'], { error: 'expected sql or reference' }).optional(),
  location: z
    .union([
      z
        .string()
        .refine((text) => parseLocation(text) !== undefined, { error: 'expected degrees such as "48.86, 2.29"' }),
      locationMapping,
    ])
    .optional(),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
      format: z.enum(['json', 'pretty']).optional(),
    })
    .optional(),
  limits: z
    .strictObject({
      payload: sizeShape.optional(),
      max_keys: countShape.optional(),
      ttl: durationShape.optional(),
      rate_limit: rateShape.optional(),
      lookup_keys: countShape.optional(),
      hops: countShape.optional(),
      steps: countShape.optional(),
      elements: countShape.optional(),
      inbox: countShape.optional(),
      outbox: countShape.optional(),
      outbox_size: sizeShape.optional(),
      in_flight: z.int().min(1).max(65_535).optional(),
      http_in_flight: z.int().min(1).max(1000).optional(),
      http_per_server: z.int().min(1).max(1000).optional(),
      http_queue: countShape.optional(),
      http_queue_size: sizeShape.optional(),
    })
    .optional(),
});

/** What a configuration file says. */
export type ConfigSpec = z.infer<typeof configShape>;
/** A broker as it is written, as a mapping. */
export type BrokerSpec = z.infer<typeof brokerMapping>;

function isBrokerUrl(text: string): boolean {
  return /^(mqtts?|wss?|tcp|ssl|tls):\/\/[^\s/]+/.test(text) && URL.canParse(text);
}

/** The host, if any, and the port of `host:port`; undefined for any other text. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  return match === null || port > 65_535 ? undefined : { host: match[1] ?? match[2] ?? '', port };
}

/** The place that `48.86, 2.29` means; undefined for a text that is no place on earth. */
export function parseLocation(text: string): z.infer<typeof locationMapping> | undefined {
  const match = /^\s*([-+]?\d+(?:\.\d+)?)\s*,\s*([-+]?\d+(?:\.\d+)?)\s*$/.exec(text);
  const location = { latitude: Number(match?.[1]), longitude: Number(match?.[2]) };
  return locationMapping.safeParse(location).data;
}

function isListen(text: string): boolean {
  return text === 'off' || hostAndPort(text) !== undefined;
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
