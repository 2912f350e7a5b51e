import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readDashboard, type Panel } from '../grafana/read-dashboard.ts';
import { startMqttPeer, type MqttPeer } from '../peers/mqtt-peer.ts';
import { needs } from '../peers/needs.ts';
import { freePort } from '../peers/port.ts';
import { connectClient, type Client } from './client.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import { startPrometheus, type Prometheus, type Series } from './prometheus.ts';
import { pause, until } from './until.ts';

const GRAFANA = join(import.meta.dirname, '../../grafana');

/** Rules that between them do everything that is counted. */
const RULES = `
rules:
  - id: hot
    on: sensors/+id/temperature
    if: temperature > 30
    publish: { topic: "actuators/\${id}/control", payload: "\${temperature}" }
    log: { message: "\${id} is hot" }
  - id: once
    on: sensors/+id/temperature
    throttle: 1h
    publish: { topic: "seen/\${id}", payload: 1 }
  - id: to-plant
    on: sensors/+id/temperature
    publish: { topic: "plant/\${id}", payload: 1, broker: plant }
  - id: to-nobody
    on: sensors/+id/temperature
    publish:
      - { topic: "away/\${id}", payload: 1, broker: away }
      - { topic: "away/\${id}/now", payload: 1, broker: away, qos: 0 }
  - id: numbers
    on: { topic: raw/+id, codec: number }
    publish: { topic: "numbers/\${id}", payload: "\${payload}" }
  - id: names
    on: names/+id
    publish: { topic: "named/\${name}", payload: 1 }
  - id: from-plant
    on: { topic: machines/#, broker: plant }
    publish: { topic: machine, payload: 1 }
  - id: watched
    on: never/+id
    if: payload > 1
    alert: { severity: warning }
`;

/** What each panel must show as more than zero after all that; the others must show something. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  Brokers: ['default', 'plant'],
  Rules: ['active', 'failed'],
  'Last good reload': ['ago'],
  Messages: ['messages'],
  Firings: ['firings'],
  Errors: ['errors'],
  Dropped: ['dropped'],
  'Received by broker': ['default', 'plant'],
  Unmatched: ['unmatched'],
  'Dropped by reason': ['offline', 'oversize'],
  'Payloads by type': ['broken_json', 'empty', 'invalid', 'json', 'text'],
  'Evaluations by result': ['false', 'true', 'unknown'],
  'Firings by rule': ['hot', 'to-plant'],
  'Suppressed by reason': ['throttle'],
  'Errors by reason': ['bad_topic', 'undecodable', 'unknown_value'],
  'Errors by rule': ['names', 'numbers'],
  'Keys by rule': ['once'],
  'Actions by type and result': ['log ok', 'publish dropped', 'publish error', 'publish ok'],
  Outbox: ['ENGINE'],
  'From arrival to effect': ['p50', 'p95', 'p99'],
  'Messages by duration': ['+Inf'],
  'Reloads by result and trigger': ['failure api', 'success api'],
  'Rules as saved': ['ENGINE'],
  Connected: ['default', 'plant'],
  Reconnects: ['plant'],
  'Subscriptions refused': ['plant'],
  CPU: ['ENGINE'],
  Memory: ['ENGINE heap', 'ENGINE resident'],
  'Event-loop lag': ['ENGINE p50', 'ENGINE p99'],
};

/** Zero, or no number: the last reload failed, and the others are well or have nothing to do. */
const NOTHING_TO_SHOW = [
  'Last reload',
  'Sessions lost',
  'Quarantined',
  'Requests',
  'Inbox',
  'Commit',
  'Active levels by rule',
  'Pending levels by rule',
  'Alerts by severity and state',
  'Clock jumps',
];

/** Which alerts are on after it, or wait for their time. */
const ALERTS = [
  'AutomateActionsFail',
  'AutomateMessagesDropped',
  'AutomateNotConnected',
  'AutomateReloadFailed',
  'AutomateRuleErrors',
  'AutomateSubscriptionRefused',
  'AutomateUndecodable',
];

describe.skipIf(!needs('prometheus'))('a Prometheus that scrapes a running engine', () => {
  test('answers every query of the dashboard with data, and evaluates every alert', async () => {
    const since = Date.now();
    const peer = await startMqttPeer({ suback: () => NOT_AUTHORIZED, puback: 0 });
    onTestFinished(() => peer.stop());
    const engine = await startEngine({
      rules: { 'traffic.yaml': RULES },
      config: {
        brokers: { plant: `mqtt://127.0.0.1:${peer.port}`, away: `mqtt://127.0.0.1:${await freePort()}` },
        limits: { payload: '1KiB' },
      },
      words: ['--no-watch'],
      wait: 'up',
    });
    const instance = new URL(engine.url).host;
    const prometheus = await startPrometheus(shippedFiles(instance));
    await until('a first scrape', async () => (await prometheus.query('automate_rule_fired_total')).length > 0);

    const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`);
    const traffic = new AbortController();
    onTestFinished(() => traffic.abort());
    const sending = send(client, traffic.signal);
    await disturb(engine, peer);
    const straying = sendStrays(peer, traffic.signal);

    const { panels, variables } = readDashboard();
    expect(panels.map(({ title }) => title).sort()).toEqual([...Object.keys(SHOWN), ...NOTHING_TO_SHOW].sort());
    for (const panel of panels) {
      const expected = (SHOWN[panel.title] ?? []).map((legend) => legend.replace('ENGINE', instance));
      await until(`“${panel.title}” to show ${expected.join(', ') || 'something'}`, async () => {
        const answers = await Promise.all(panel.targets.map((target) => answer(prometheus, target, since)));
        const shown = new Set(answers.flatMap(({ nonZero }) => nonZero));
        return answers.every(({ isEmpty }) => !isEmpty) && expected.every((legend) => shown.has(legend));
      });
    }

    const found: Record<string, unknown> = {};
    for (const { name, type, definition = '' } of variables) {
      if (type === 'query') found[name] = await labelValues(prometheus, definition);
    }
    const rules = ['from-plant', 'hot', 'names', 'numbers', 'once', 'to-nobody', 'to-plant', 'watched'];
    expect(found).toEqual({ job: ['automate'], instance: [instance], rule: rules });

    const byRule = panels.find(({ title }) => title === 'Firings by rule')?.targets[0];
    const chosen = await prometheus.query(substitute(byRule?.expr ?? '', { rule: 'hot|once' }));
    expect(new Set(chosen.map(({ metric }) => metric['rule']))).toEqual(new Set(['hot', 'once']));

    const on = await until('every alert to be evaluated', async () => {
      const alerts = await alertsOf(prometheus);
      const active = alerts.filter(({ state }) => state !== 'inactive').map(({ name }) => name);
      return alerts.every(({ health }) => health === 'ok') && active.length >= ALERTS.length && active;
    });
    expect(new Set(on)).toEqual(new Set(ALERTS));
    traffic.abort();
    await Promise.all([sending, straying]);
  });
});

/** MQTT 5's reason code. */
const NOT_AUTHORIZED = 0x87;

/** What users are given, for another address and at a pace for tests. */
function shippedFiles(instance: string): Record<string, string> {
  const read = (name: string): string => readFileSync(join(GRAFANA, name), 'utf8');
  const config = read('prometheus.yml').replace('127.0.0.1:9464', instance).replaceAll('interval: 5s', 'interval: 1s');
  return { 'prometheus.yml': config, 'alerts.yaml': read('alerts.yaml') };
}

/** Every kind of message, again and again. */
async function send(client: Client, signal: AbortSignal): Promise<void> {
  for (let i = 0; !signal.aborted; i++) {
    const topic = `sensors/s${i % 5}/temperature`;
    const payloads = ['{"temperature": 35}', '{"temperature": 20}', '{}', '{"temperature":', '', 'x'.repeat(2000)];
    for (const payload of payloads) await client.publish(topic, payload, { qos: 0 });
    for (const payload of ['no number', '[1]']) await client.publish('raw/1', payload);
    await client.publish('names/1', '{"name": "a+b"}');
    await client.publish('names/1', '{}');
    await client.publish('names/1', 'text');
    await pause(50);
  }
}

/** Messages that nobody subscribed to. A client that is being connected would not have them. */
async function sendStrays(peer: MqttPeer, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    peer.send({ cmd: 'publish', topic: 'nobody/asked', payload: '1', qos: 0, dup: false, retain: false });
    await pause(50);
  }
}

/** A lost connection, a good reload and a bad one. */
async function disturb(engine: RunningEngine, peer: MqttPeer): Promise<void> {
  const file = join(engine.folder, 'rules/other.yaml');
  writeFileSync(file, 'id: other\non: a/b\nlog: { message: b }\nenabled: false\n');
  expect(await engine.reload()).toMatchObject({ status: 200 });
  writeFileSync(file, 'id: other\non: [a/b\n');
  expect(await engine.reload()).toMatchObject({ status: 400 });
  await peer.receives('subscribe');
  peer.drop();
  await until('a new connection', async () => (await engine.metrics()).value('automate_broker_reconnects_total') === 1);
}

/** Run a query as Grafana does: its legends that are more than zero at some time. */
async function answer(
  prometheus: Prometheus,
  { expr, instant, legendFormat }: Panel['targets'][number],
  since: number,
): Promise<{ readonly isEmpty: boolean; readonly nonZero: readonly string[] }> {
  const expression = substitute(expr);
  const series = await (instant === true ? prometheus.query(expression) : prometheus.queryRange(expression, since));
  const nonZero = series.filter(({ values }) => values.some((value) => value > 0));
  return { isEmpty: series.length === 0, nonZero: nonZero.map((each) => legend(legendFormat, each)) };
}

function substitute(expression: string, { rule = '.*' } = {}): string {
  return expression
    .replaceAll('$__rate_interval', '4s')
    .replaceAll('$job', '.*')
    .replaceAll('$instance', '.*')
    .replaceAll('$rule', rule);
}

function legend(format: string, { metric }: Series): string {
  return format.replaceAll(/\{\{(\w+)\}\}/g, (_whole, label: string) => metric[label] ?? '');
}

async function labelValues(prometheus: Prometheus, definition: string): Promise<unknown> {
  const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(substitute(definition)) ?? [];
  return await prometheus.ask(`label/${label}/values`, { 'match[]': series });
}

interface AlertState {
  readonly name: string;
  readonly health: string;
  readonly state: string;
}

async function alertsOf(prometheus: Prometheus): Promise<AlertState[]> {
  // As Prometheus documents it.
  const { groups } = (await prometheus.ask('rules')) as {
    readonly groups: readonly { readonly rules: AlertState[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}
