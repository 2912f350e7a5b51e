import type { Naming } from '../spec/shape.ts';
import { KEYWORDS } from './keywords.ts';

/** How messages speak of the keys of a rule. */
export const RULE_KEYS: Pick<Naming, 'synonyms' | 'example'> = {
  /** Words of other systems, and what they are called here: the first that fits where they stand. */
  synonyms: {
    trigger: 'on',
    triggers: 'on',
    listen: 'on',
    from: 'on',
    on: 'topic',
    topic: ['on', 'publish: { topic: …, payload: … }'],
    payload: 'publish: { topic: …, payload: … }',
    when: 'if',
    condition: 'if',
    conditions: 'if',
    expr: 'if',
    having: 'if',
    if: ['choose: [{ if: …, do: […] }]', 'do: [{ choose: [{ if: …, do: […] }] }]'],
    filter: 'where',
    group_by: 'by',
    groupBy: 'by',
    partition_by: 'by',
    partitionBy: 'by',
    join: 'with',
    unnest: 'foreach',
    for_each: 'foreach',
    forEach: 'foreach',
    record: 'publish',
    select: 'publish: { topic: …, payload: … }',
    action: 'publish',
    actions: 'publish',
    else: 'choose: [{ if: …, do: […] }, { else: […] }]',
    then: ['choose: [{ if: …, do: […] }]', 'publish', 'do'],
    default: ['choose: [{ if: …, do: […] }, { else: […] }]', 'else'],
    name: 'id',
    alias: 'id',
    wait: 'do',
    delay: ['wait', 'do'],
    steps: 'do',
    sequence: 'do',
    repeat: 'loop',
    hold: 'for',
    after: 'for',
    min: 'until: { min: … }',
    unless: 'if: not (…)',
    once: 'fire: rise',
    key: 'by',
    lookup: 'with',
    state: ['cut', 'memory'],
    variables: 'let',
    severity: 'alert: { severity: … }',
    levels: 'alert: { levels: … }',
    labels: 'alert: { labels: … }',
    annotations: ['summary', 'alert: { summary: …, description: … }'],
    repeat_interval: 'repeat',
    group_wait: 'debounce',
    group_interval: 'throttle',
    receiver: 'publish',
    mute_time_intervals: 'if: not time_between("22:00", "06:00")',
    active_time_intervals: 'if: time_between("06:00", "22:00")',
    inhibit: 'with: { other: … }, and if: … and not other.…',
    sql: 'on: … for FROM, where: … for WHERE, by: … for GROUP BY and publish: … for SELECT',
    query: 'on: … for FROM, where: … for WHERE, by: … for GROUP BY and publish: … for SELECT',
    order_by: 'let: { sorted: "sort(list, item.x)" }',
    orderBy: 'let: { sorted: "sort(list, item.x)" }',
    limit: 'throttle',
    into: 'publish: { topic: … }',
    sink: 'publish',
    sinks: 'publish',
    entity_id: 'on',
    platform: 'on',
    service: 'publish: { topic: …, payload: … }',
    continue_on_error: 'on_error',
    interval: ['every', 'on: { every: … }'],
    summary: 'alert: { summary: … }',
    qos: 'publish: { topic: …, qos: … }',
    retain: 'publish: { topic: …, retain: … }',
    timezone: 'on: { schedule: …, timezone: … }',
    within:
      'window: { sliding: 10m }, aggregate: { n: count() } and if: n >= 3 for so many within a time; for one after the other sequence: [{ on: … }, { on: …, within: … }]',
    keep_firing_for: 'until: { for: … }',
    cooldown: 'throttle',
    schedule: 'on: { schedule: … }',
    cron: 'on: { schedule: … }',
    every: 'on: { every: … }',
    message: ['payload', 'summary'],
    title: 'summary',
    value: 'payload',
    json: 'body',
    data: ['payload', 'body'],
    retained: 'on: { topic: …, retained: … }',
    codec: 'on: { topic: …, codec: … }',
    hop: 'every',
    slide: 'every',
    begin: 'from',
    emit: 'to',
    timestamp: 'time',
    event_time: 'time',
    late_tolerance: 'lateness',
    lateTolerance: 'lateness',
    allowed_lateness: 'lateness',
    tumbling: 'window: { tumbling: 5m }',
    hopping: 'window: { hopping: 5m, every: 1m }',
    sliding: 'window: { sliding: 5m }',
    session: 'window: { session: 30s }',
    '.groups': 'rules: [ … ]',
    '.vars': 'vars: beside rules:, not in a rule',
    'on.payload': 'if: payload == …',
    'absent.for': 'after',
    'until.after': 'for',
    'alert.for': 'for: … beside alert:',
    'alert.if': 'if: … beside alert:',
    'alert.until': 'until: … beside alert:',
    'alert.group_wait': 'debounce: … beside alert:',
    'alert.group_interval': 'throttle: … beside alert:',
    'alert.repeat_interval': 'repeat: … beside alert:',
    'alert.repeat': 'repeat: … beside alert:',
    'choose.publish': 'do: [{ publish: … }]',
    'loop.count': 'times',
    'window.size': 'tumbling: 5m',
    'window.type': 'tumbling: 5m',
    'window.length': 'tumbling: 5m',
    'window.idle_timeout': 'idle: 30s',
    'window.late': 'late: … beside window:',
    'window.timezone': 'timezone: Europe/Berlin in automate.yaml',
    'window.state': 'from: … and to: …',
    'window.gap': 'session: 30s',
    'window.timeout': 'session: 30s, which is the gap, and max: 10m',
    'window.delay': 'time: and lateness: for messages that come late',
    'window.trigger': 'if: … beside window:',
    'window.when': 'if: … beside window:',
    'window.filter': 'where: … beside window:',
    'window.where': 'where: … beside window:',
    'window.by': 'by: … beside window:',
    'window.group_by': 'by: … beside window:',
  },
  example: (path) => {
    const name = path.at(-1);
    if (typeof name === 'number') return own(ITEMS, String(path.at(-2)));
    if (name === undefined) return undefined;
    if (path.at(-2) === 'levels') return `${name}: { if: temperature > 5 }`;
    const line = path.length === 1 ? ownLine(name) : undefined;
    return line ?? own(INSIDE, name);
  },
};

/** How a key of a rule is written in one line: its example, where that is one. */
function ownLine(name: string): string | undefined {
  if (!Object.hasOwn(KEYWORDS, name)) return undefined;
  const lines = KEYWORDS[name as keyof typeof KEYWORDS].example.split('\n');
  return lines.find((line) => line.startsWith(`${name}: `));
}

/** How keys are written that stand inside others, or whose example is longer than a line. */
const INSIDE: Readonly<Record<string, string>> = {
  sequence: 'sequence: [{ on: yard/gate1 }, { on: yard/gate2, within: 10s }]',
  set: KEYWORDS.set.example,
  publish: KEYWORDS.publish.example,
  http: KEYWORDS.http.example,
  levels: 'levels: { warning: { if: temperature > 5, for: 1h } }',
  wait_for: 'wait_for: { on: home/+room/answer, timeout: 1m }',
  choose: 'choose: [{ if: temperature > 30, do: […] }, { else: […] }]',
  loop: 'loop: { times: 3, do: […] }',
  stop: 'stop: true',
};

/** How an element of a list is written. */
const ITEMS: Readonly<Record<string, string>> = {
  sequence: '- { on: yard/gate2, within: 10s }',
  do: '- wait: 30m',
};

/** What a table has for a name, which may be any text. */
function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
