import { z } from 'zod';
import { durationShape } from './duration-shape.ts';
import { actionsShape, doShape, httpShape, logShape, publishShape, setShape } from './action-shapes.ts';
import {
  absentShape,
  alertShape,
  expressionShape,
  lookupShape,
  memoryShape,
  onShape,
  rateShape,
  sequenceShape,
  throttleShape,
  untilShape,
  windowShape,
} from './shapes.ts';

/** A key of a rule: what it may hold, what it means, and how it looks. */
export interface Keyword<T> {
  readonly schema: z.ZodType<T>;
  /** One or two sentences. */
  readonly docs: string;
  /** YAML, as it stands in a rule. */
  readonly example: string;
}

function keyword<T>(schema: z.ZodType<T>, docs: string, example: string): Keyword<T> {
  return { schema: schema.meta({ description: docs, examples: [] }), docs, example };
}

/** Every key of a rule, in the order in which a rule reads. The schema, the checks and the reference come from here. */
export const KEYWORDS = {
  id: keyword(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/, { error: 'expected letters, digits, - and _ only' })
      .max(128),
    'The name of the rule, unique over all files. A file with a single rule may leave it out: then it is the file name.',
    'id: cool-room',
  ),
  description: keyword(
    z.string(),
    'What the rule is for, in your words.',
    'description: Cools a room that is too warm.',
  ),
  enabled: keyword(z.boolean(), '`false` keeps the rule in the file without running it.', 'enabled: false'),
  shadow: keyword(z.boolean(), '`true`: evaluate and count, but do nothing.', 'shadow: true'),
  on: keyword(
    onShape,
    'The topics the rule listens to: one, several, or a mapping with `topic`, `qos`, `codec`, `retained` and `broker`. `+name` and `#name` are wildcards whose value gets that name. A mapping from names to topics makes named inputs: the rule is evaluated when any of them changes, and each name is the latest payload. `schedule` (cron), `every`, `sun` and `start` are sources of time: each tick of theirs is a message without a topic.',
    'on: home/+room/temperature',
  ),
  sequence: keyword(
    sequenceShape,
    'Instead of `on`: messages that come one after the other, each `within` a time after the one before, or do `not` come for so long. The rule acts with the last of them.',
    'sequence:\n  - { on: yard/gate1, if: payload == "ON" }\n  - { on: yard/gate2, if: payload == "ON", within: 10s }\n  - { not: yard/disarm, within: 5s }',
  ),
  with: keyword(
    z.record(z.string(), lookupShape),
    'Values to look up: the latest payload of another topic, by name. It never triggers the rule. A wildcard named like a capture of the trigger takes its value; with other wildcards the value is a mapping from level to payload.',
    'with: { lux: home/+room/lux }',
  ),
  where: keyword(expressionShape, 'Which messages exist for this rule at all.', 'where: type != "end"'),
  foreach: keyword(
    expressionShape,
    'Evaluate once for each element of this list; the element becomes the payload. None if it is missing or no list. `where` comes before it and is of the whole message: for some of the elements write `filter(metrics, name == "Pressure")`.',
    'foreach: params.events',
  ),
  by: keyword(
    z.union([z.array(expressionShape), expressionShape]),
    'The key: each key has a state of its own. Without it, all captured levels of the topic; `[]` is one key for all.',
    'by: [room, serial]',
  ),
  memory: keyword(
    memoryShape,
    'Values the rule remembers for each key, with their initial values. `{ initial: 0, ttl: 10s }` returns to the initial value when it has not been set for so long.',
    'memory: { count: 0 }',
  ),
  let: keyword(
    z.record(z.string(), expressionShape),
    'Values worked out before the condition, in order, each seeing the ones above. They are not kept.',
    'let: { celsius: (temperature - 32) / 1.8 }',
  ),
  window: keyword(
    windowShape,
    'Gathers messages before the rule looks at them: for a time (`tumbling`, `hopping`, `sliding`), until a gap (`session`), by their number (`count`) or by what they say (`from` and `to`, `cut`). `if` and actions see the result. With `time`, in the time that messages tell.',
    'window: { tumbling: 5m }\naggregate: { mean: avg(temperature) }',
  ),
  aggregate: keyword(
    z.record(z.string(), expressionShape),
    'Values of a window, by name. In here names are those of the message, and functions such as `avg` gather what they are given over the messages of the window.',
    'window: { sliding: 10m }\naggregate: { mean: "round(avg(temperature), 1)", n: count() }',
  ),
  late: keyword(
    actionsShape,
    'What to do with a message that comes when all its windows have closed, in event time.',
    'window: { tumbling: 1m, time: ts, lateness: 5s }\nlate: { log: "late: ${topic}" }',
  ),
  if: keyword(expressionShape, 'When the rule holds. Without it, always.', 'if: temperature > 30'),
  fire: keyword(
    z.enum(['each', 'rise']),
    "`rise`: act when the condition becomes true, not on each message for which it is. A key's first result is a rise if it is true and live.",
    'fire: rise',
  ),
  for: keyword(
    durationShape,
    'The condition must hold this long without a false; unknown changes nothing, and the time runs on. The rule acts at the exact moment, by timer, with the latest message.',
    'for: 5m',
  ),
  times: keyword(
    z.int().min(1).max(1_000_000),
    'The condition must be true this many times in a row. False begins anew, unknown changes nothing. So many times within 10 minutes is a count in a sliding window.',
    'times: 3',
  ),
  until: keyword(
    untilShape,
    'What ends the level; without it, that the condition is false. `for`: it must hold so long; `min`: never sooner than this after the rule acted. While it holds, no level begins.',
    'until: { if: temperature < 27, for: 2m, min: 10m }',
  ),
  expire: keyword(
    durationShape,
    'The level ends when no message for which the condition is true came for this long. Without it, `for` completes for a device that died after one true message.',
    'expire: 60s',
  ),
  absent: keyword(
    absentShape,
    'The condition is silence: no message for this key for so long. It ends with the next one. `keys` names keys that are waited for from the start.',
    'absent: { after: 1h, keys: [attic, cellar] }',
  ),
  repeat: keyword(durationShape, 'Act again at this pace for as long as the level is active.', 'repeat: 5m'),
  end: keyword(
    actionsShape,
    'What to do when the level goes back to idle, if the rule had acted.',
    'end: { publish: { topic: "home/${room}/fan/set", payload: "OFF" } }',
  ),
  set: keyword(
    setShape,
    'Write to `memory` whenever the rule would act, in order, each seeing the ones above. The actions see what it wrote; to publish a value and clear it afterwards, write `do: [{ publish: … }, { set: … }]`.',
    'set: { count: count + 1 }',
  ),
  throttle: keyword(
    throttleShape,
    'Act at most so often for each key: the first ones pass, the rest is dropped and counted. Exactly the time later passes.',
    'throttle: 1m',
  ),
  debounce: keyword(
    durationShape,
    'Act once nothing has been due for this long, with the last message.',
    'debounce: 5s',
  ),
  distinct: keyword(
    z.union([z.literal(true), expressionShape]),
    'Act only if this value, or with `true` what would be sent, differs from that of the last action.',
    'distinct: true',
  ),
  publish: keyword(
    publishShape,
    'Publish a message, or several. `qos` is 1 and `retain` is false unless given.',
    'publish: { topic: "home/${room}/light/control", payload: { state: "ON" } }',
  ),
  alert: keyword(
    alertShape,
    'Publish an alert as the level goes: `firing` when it becomes active, `resolved` when it ends. A retained message, one for each key; what it says is below.',
    'alert: { severity: critical, summary: "${room} is at ${temperature} °C" }',
  ),
  http: keyword(
    httpShape,
    'Send a request to a web server, or several. `method` is POST with a `body` and GET without unless given, `timeout` 10s for each attempt, `retry` 2 more attempts. Redirects are not followed.',
    'http: { url: "https://ntfy.sh/my-home", headers: { Title: "${room}" }, body: "${temperature} °C", timeout: 5s }',
  ),
  log: keyword(
    logShape,
    'Write a line to the log.',
    'log: { level: warn, message: "${room} is at ${temperature} °C" }',
  ),
  do: keyword(
    doShape,
    'Steps with time in them, after the other actions. They go on by themselves, whatever becomes of the level that started them.',
    'do:\n  - publish: { topic: "home/${room}/fan/set", payload: "ON" }\n  - wait: 30m\n  - publish: { topic: "home/${room}/fan/set", payload: "OFF" }',
  ),
  mode: keyword(
    z.enum(['single', 'restart', 'queued', 'parallel']),
    'What happens when the rule acts while steps of `do` are running for the key: `single` (the default) drops the new ones, `restart` ends the old ones, `queued` waits for them, `parallel` runs both.',
    'mode: restart',
  ),
  max: keyword(
    z.int().min(1).max(1000),
    'How many may be running and waiting for their turn, for each key, with `mode: queued` or `parallel`. Default 10; what is beyond is dropped and counted.',
    'mode: queued\nmax: 3',
  ),
  else: keyword(
    actionsShape,
    'What to do where the condition is false. Unknown is neither true nor false.',
    'else: { publish: { topic: "home/${room}/light/control", payload: { state: "OFF" } } }',
  ),
  on_error: keyword(
    actionsShape,
    'What to do for each action that failed, at once or later; `error` is the reason as text.',
    'on_error: { log: { level: error, message: "${error}" } }',
  ),
  ttl: keyword(
    durationShape,
    'Forget a key that was idle for so long. Default 7d, or as long as a `throttle`, a `within`, a sliding window or a `ttl` in `memory` of the rule lasts, if that is longer. The key of a rule that has only ticks is kept unless this says otherwise.',
    'ttl: 30d',
  ),
  max_keys: keyword(
    z.int().min(1).max(10_000_000),
    'How many keys the rule may have. Default 100000.',
    'max_keys: 500',
  ),
  rate_limit: keyword(
    rateShape,
    'How many actions a second the rule may take, over all keys; ten times as many at once. Default 1000; `off` for no limit.',
    'rate_limit: 10',
  ),
} as const;

/** A key that a rule may have. */
export type KeywordName = keyof typeof KEYWORDS;

/** What a user wrote for one rule, checked for shape: every key is optional here. */
export type RuleSpec = { readonly [K in KeywordName]?: z.infer<(typeof KEYWORDS)[K]['schema']> };

/** The shape of one rule. */
export const ruleShape: z.ZodType<RuleSpec> = z.strictObject(
  Object.fromEntries(Object.entries(KEYWORDS).map(([name, { schema }]) => [name, schema.optional()])),
);
