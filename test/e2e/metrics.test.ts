import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '../peers/mosquitto.ts';
import { needs } from '../peers/needs.ts';
import { connectClient } from './client.ts';
import { startEngine } from './engine.ts';
import { until } from './until.ts';

const RULES = {
  'heat.yaml':
    'id: heat\non: home/+room/temperature\nif: temperature > 30\nthrottle: 1h\n' +
    'publish: { topic: "home/${room}/fan", payload: "ON" }\nlog: hot\n',
  'off.yaml': 'id: off\nenabled: false\non: a\nlog: a\n',
  'shadow.yaml': 'id: shadow\nshadow: true\non: home/+room/temperature\nlog: never\n',
};

/** Every sample that stands there before the first message. Counters are 0. */
const FROM_THE_START: Readonly<Record<string, number>> = {
  'automate_messages_received_total{broker="default"}': 0,
  'automate_messages_received_total{broker="plant"}': 0,
  automate_messages_unmatched_total: 0,
  ...dropped('inbox_full', 'oversize', 'offline', 'outbox_full', 'invalid_topic', 'packet_too_large', 'retained_limit'),
  ...dropped(
    'lookup_undecodable',
    'lookup_full',
    'lookup_budget',
    'lookup_internal',
    'http_queue_full',
    'http_stopped',
  ),
  ...payloads(
    'json',
    'text',
    'empty',
    'number',
    'cbor',
    'msgpack',
    'base64',
    'broken_json',
    'binary',
    'too_deep',
    'invalid',
  ),
  'automate_rule_evaluations_total{rule="heat",result="true"}': 0,
  'automate_rule_evaluations_total{rule="heat",result="false"}': 0,
  'automate_rule_evaluations_total{rule="heat",result="unknown"}': 0,
  'automate_rule_fired_total{rule="heat"}': 0,
  ...ofHeat('automate_rule_suppressed_total', 'throttle', 'distinct', 'rate_limit', 'shadow'),
  ...ofHeat(
    'automate_rule_errors_total',
    'undecodable',
    'unknown_key',
    'key_too_long',
    'unknown_value',
    'bad_topic',
    'bad_request',
    'too_large',
  ),
  ...ofHeat('automate_rule_errors_total', 'too_many_hops', 'too_many_keys', 'too_many_elements', 'budget', 'internal'),
  ...actions('publish'),
  ...actions('alert'),
  ...actions('http'),
  ...actions('log'),
  'automate_rule_cells{rule="heat"}': 0,
  'automate_rule_active{rule="heat"}': 0,
  'automate_rule_pending{rule="heat"}': 0,
  'automate_rule_quarantined{rule="heat"}': 0,
  automate_outbox_messages: 0,
  automate_inbox_messages: 0,
  automate_http_requests: 0,
  automate_message_duration_seconds_count: 0,
  automate_message_duration_seconds_sum: 0,
  'automate_message_duration_seconds_bucket{le="+Inf"}': 0,
  automate_commit_duration_seconds_count: 0,
  'automate_broker_connected{broker="default"}': 1,
  'automate_broker_connected{broker="plant"}': 1,
  'automate_broker_reconnects_total{broker="default"}': 0,
  'automate_broker_reconnects_total{broker="plant"}': 0,
  'automate_sessions_lost_total{broker="plant"}': 0,
  'automate_subscriptions_refused{broker="default"}': 0,
  'automate_subscriptions_refused{broker="plant"}': 0,
  automate_config_last_reload_successful: 1,
  'automate_config_reloads_total{result="success",trigger="start"}': 1,
  'automate_config_reloads_total{result="success",trigger="watch"}': 0,
  'automate_config_reloads_total{result="success",trigger="api"}': 0,
  'automate_config_reloads_total{result="success",trigger="signal"}': 0,
  'automate_config_reloads_total{result="failure",trigger="start"}': 0,
  'automate_config_reloads_total{result="failure",trigger="watch"}': 0,
  'automate_config_reloads_total{result="failure",trigger="api"}': 0,
  'automate_config_reloads_total{result="failure",trigger="signal"}': 0,
  'automate_rules{state="active"}': 1,
  'automate_rules{state="shadow"}': 1,
  'automate_rules{state="disabled"}': 1,
  'automate_rules{state="failed"}': 0,
};

function dropped(...reasons: string[]): Record<string, number> {
  return Object.fromEntries(reasons.map((reason) => [`automate_messages_dropped_total{reason="${reason}"}`, 0]));
}

function payloads(...types: string[]): Record<string, number> {
  return Object.fromEntries(types.map((type) => [`automate_payloads_total{type="${type}"}`, 0]));
}

function ofHeat(name: string, ...reasons: string[]): Record<string, number> {
  return Object.fromEntries(reasons.map((reason) => [`${name}{rule="heat",reason="${reason}"}`, 0]));
}

function actions(type: string): Record<string, number> {
  const results = ['ok', 'error', 'dropped'];
  return Object.fromEntries(
    results.map((result) => [`automate_actions_total{rule="heat",type="${type}",result="${result}"}`, 0]),
  );
}

test.skipIf(!needs('mosquitto') || !needs('promtool'))(
  'metrics are all there from the start, count what happens, and please promtool',
  async () => {
    const { port, stop } = await startMosquitto();
    onTestFinished(stop);
    const engine = await startEngine({ rules: RULES, config: { brokers: { plant: `mqtt://127.0.0.1:${port}` } } });

    const { text: fresh } = await engine.metrics();
    const there = Object.fromEntries(fresh.split('\n').map((line) => line.split(/ (?=\S+$)/) as [string, string]));
    const wanted = Object.keys(FROM_THE_START);
    expect(Object.fromEntries(wanted.map((name) => [name, Number(there[name])]))).toEqual(FROM_THE_START);
    const build = /^automate_build_info\{(.*)\} 1$/m.exec(fresh)?.[1];
    expect(build).toMatch(/version="\d+\.\d+\.\d+"/);
    const now = Date.now() / 1000;
    const loadedAt = Number(there['automate_config_last_reload_success_timestamp_seconds']);
    expect(loadedAt).toBeGreaterThan(now - 60);
    expect(loadedAt).toBeLessThanOrEqual(now);
    // Of the process too.
    expect(fresh).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(fresh).toMatch(/^process_resident_memory_bytes /m);
    expect(check(fresh)).toEqual({ status: 0, complaints: '' });

    const client = await connectClient(`mqtt://127.0.0.1:${engine.port}`, { subscribe: 'home/+/fan' });
    for (const payload of ['{"temperature": 31}', '{"temperature": 32}', '{"temperature": 20}', '{}', '{"temp', '']) {
      await client.publish('home/attic/temperature', payload);
    }
    const metrics = await until('the engine to have seen it all', async () => {
      const page = await engine.metrics();
      const isDone = page.value('automate_rule_evaluations_total', { rule: 'heat' }) === 6;
      return isDone && page.value('automate_outbox_messages') === 0 && page;
    });
    expect(metrics.by('automate_rule_evaluations_total', 'rule')).toEqual({ heat: 6, shadow: 6 });
    expect(metrics.value('automate_rule_evaluations_total', { rule: 'heat', result: 'true' })).toBe(2);
    expect(metrics.value('automate_rule_evaluations_total', { rule: 'heat', result: 'unknown' })).toBe(3);
    expect(metrics.value('automate_rule_suppressed_total', { rule: 'heat', reason: 'throttle' })).toBe(1);
    expect(metrics.value('automate_actions_total', { rule: 'heat', result: 'ok' })).toBe(2);
    expect(metrics.value('automate_actions_total', { rule: 'shadow' })).toBe(0);
    expect(metrics.value('automate_rule_suppressed_total', { rule: 'shadow', reason: 'shadow' })).toBe(6);
    expect(metrics.value('automate_rule_cells', { rule: 'heat' })).toBe(1);
    expect(metrics.by('automate_payloads_total', 'type')).toMatchObject({ json: 4, broken_json: 1, empty: 1 });
    expect(metrics.value('automate_messages_received_total', { broker: 'default' })).toBe(6);
    expect(metrics.value('automate_message_duration_seconds_count')).toBe(
      metrics.value('automate_messages_received_total'),
    );
    expect(check(metrics.text)).toEqual({ status: 0, complaints: '' });

    const open = await fetch(`${engine.url}/metrics`, {
      headers: { accept: 'application/openmetrics-text; version=1.0.0' },
    });
    expect(open.headers.get('content-type')).toContain('application/openmetrics-text');
    const page = await open.text();
    expect(page.endsWith('# EOF\n')).toBe(true);
    expect(page).toContain('# TYPE automate_rule_fired counter\n');
    // The same samples in both, by name.
    const names = (text: string): string[] =>
      [...new Set(text.split('\n').flatMap((line) => /^[a-z_]+/.exec(line)?.[0] ?? []))].sort();
    expect(names(page)).toEqual(names(metrics.text));
  },
);

function check(page: string): { status: number | null; complaints: string } {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  return { status, complaints: stderr };
}
