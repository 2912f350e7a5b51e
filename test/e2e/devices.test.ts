import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '../peers/mosquitto.ts';
import { needs } from '../peers/needs.ts';
import { connectClient } from './client.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import type { Scraped } from './scrape.ts';
import { until } from './until.ts';

interface DeviceMessage {
  readonly topic: string;
  readonly payload: string;
  readonly encoding?: 'base64';
  readonly retain?: boolean;
}

const CODECS = ['auto', 'json', 'text', 'number', 'cbor', 'msgpack', 'base64'] as const;

/** Real messages of devices and bridges, as they come: see `source` in each. */
const messages = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/device-messages.json'), 'utf8'),
) as DeviceMessage[];
const payloads = messages.map(({ payload, encoding }) => Buffer.from(payload, encoding ?? 'utf8'));

// What the rules publish themselves is theirs no more, else it would go round.
const RULES = {
  'marker.yaml': 'id: marker\non: marker\nlog: here\n',
  'fields.yaml': `
id: fields
on: "#"
where: not startsWith(topic, "out/") and not (topic in ["automate/main/status", "marker"])
log: { message: "\${topic} is \${temperature ?? battery ?? state ?? payload.params['switch:0'].voltage ?? '-'}" }
`,
  'templates.yaml': `
id: templates
on: "#"
where: not startsWith(topic, "out/") and not (topic in ["automate/main/status", "marker"])
let: { level: 'split(topic, "/")[0]' }
publish:
  topic: out/\${level}
  payload: { topic: "\${topic}", kind: "\${type(payload)}", temperature: "\${temperature ?? omit}", all: "\${payload}" }
`,
  'missing.yaml': `
id: missing
on: "#"
where: not startsWith(topic, "out/") and not (topic in ["automate/main/status", "marker"])
publish: { topic: out/missing, payload: "\${temperature} °C" }
`,
  ...Object.fromEntries(
    CODECS.map((codec) => [
      `${codec}.yaml`,
      `id: ${codec}\non: { topic: "#", codec: ${codec} }\nif: exists(payload.temperature)\nlog: found\n`,
    ]),
  ),
};

const kinds: readonly (readonly [string, boolean, () => Promise<{ engine: RunningEngine; url: string }>])[] = [
  [
    'the embedded broker',
    true,
    async () => {
      const engine = await startEngine({ rules: RULES });
      return { engine, url: `mqtt://127.0.0.1:${engine.port}` };
    },
  ],
  [
    'mosquitto',
    needs('mosquitto'),
    async () => {
      const { port, stop } = await startMosquitto();
      onTestFinished(stop);
      const url = `mqtt://127.0.0.1:${port}`;
      return { engine: await startEngine({ rules: RULES, config: { broker: url } }), url };
    },
  ],
];

test.each(kinds.filter(([, here]) => here))(
  'every message of the devices is counted as what it was, on %s',
  async (_name, _here, open) => {
    const { engine, url } = await open();
    const client = await connectClient(url, { subscribe: 'out/#' });
    // What the engine says of itself comes in before this does.
    await client.publish('marker', '', { qos: 1 });
    const before = await until('the marker', async () => {
      const metrics = await engine.metrics();
      return metrics.value('automate_rule_fired_total', { rule: 'marker' }) === 1 && metrics;
    });
    for (const [i, { topic, retain = false }] of messages.entries()) {
      await client.publish(topic, payloads[i] ?? '', { retain, qos: 1 });
    }
    const after = await settled(engine, before, messages.length);
    const grew = (name: string, labels: Record<string, string> = {}): number =>
      (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);

    // What the devices sent and what the rules made of it came in, and no message was anything but one thing to a codec.
    const received = grew('automate_messages_received_total');
    const published = grew('automate_actions_total', { type: 'publish', result: 'ok' });
    expect(received).toBe(messages.length + published);
    expect(grew('automate_payloads_total')).toBe(received * CODECS.length);
    expect(grew('automate_messages_unmatched_total') + grew('automate_messages_dropped_total')).toBe(0);

    for (const codec of CODECS) {
      const undecodable = grew('automate_rule_errors_total', { rule: codec, reason: 'undecodable' });
      expect({ codec, sum: grew('automate_rule_evaluations_total', { rule: codec }) + undecodable }).toEqual({
        codec,
        sum: received,
      });
    }
    // To `auto` a message is undecodable only if it is neither JSON nor text: Sparkplug's protobuf.
    const binary = payloads.filter((payload) => !isUtf8(payload)).length;
    expect(grew('automate_rule_errors_total', { rule: 'auto', reason: 'undecodable' })).toBe(binary);
    expect(grew('automate_rule_errors_total', { rule: 'text', reason: 'undecodable' })).toBe(binary);
    expect(grew('automate_rule_errors_total', { rule: 'base64', reason: 'undecodable' })).toBe(0);
    const numbers = payloads.filter((payload) => /^-?\d+(\.\d+)?$/.test(payload.toString())).length;
    expect(grew('automate_rule_evaluations_total', { rule: 'number' })).toBe(numbers);
    const json = payloads.filter(isJson).length;
    const empty = payloads.filter(({ length }) => length === 0).length;
    const decoded = messages.length - binary;
    const warm = payloads.filter(
      (payload) => isJson(payload) && 'temperature' in Object(JSON.parse(payload.toString())),
    ).length;
    // What `templates` publishes is JSON, and what `missing` publishes is not.
    expect(grew('automate_rule_evaluations_total', { rule: 'json' })).toBe(json + decoded);
    expect(grew('automate_payloads_total', { type: 'broken_json' })).toBe(
      messages.length - json - binary - empty + warm,
    );
    expect([binary, empty, numbers, warm]).toEqual([1, 1, 2, 2]);

    // Each rule did what it could with each message, and said of the others why not.
    expect(grew('automate_rule_fired_total', { rule: 'fields' })).toBe(decoded);
    expect(grew('automate_actions_total', { rule: 'fields', type: 'log', result: 'ok' })).toBe(decoded);
    expect(grew('automate_actions_total', { rule: 'templates', result: 'ok' })).toBe(decoded);
    expect(grew('automate_actions_total', { rule: 'missing', type: 'publish', result: 'ok' })).toBe(warm);
    expect(grew('automate_rule_errors_total', { rule: 'missing', reason: 'unknown_value' })).toBe(decoded - warm);
    expect(grew('automate_rule_errors_total', { reason: 'internal' })).toBe(0);

    await until('all outputs', () => client.received.length >= published);
    for (const { text } of client.on('out/zigbee2mqtt')) expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(client.on('out/frigate')[0]?.text).toContain('"kind":"object"');

    // Nothing is wrong with the engine.
    expect(await engine.ready()).toMatchObject({ status: 200, ready: true });
    expect(engine.log().filter(({ level }) => level === 'error')).toEqual([]);
    expect(await engine.stop()).toMatchObject({ code: 0 });
  },
);

function isJson(payload: Buffer): boolean {
  try {
    JSON.parse(payload.toString());
    return true;
  } catch {
    return false;
  }
}

/** The metrics when `more` messages have come since `before`, nothing waits, and what was published has come back. */
async function settled(engine: RunningEngine, before: Scraped, more: number): Promise<Scraped> {
  return await until('the engine to have dealt with everything', async () => {
    const metrics = await engine.metrics();
    const grew = (name: string, labels: Record<string, string> = {}): number =>
      (metrics.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
    const received = grew('automate_messages_received_total');
    const published = grew('automate_actions_total', { type: 'publish', result: 'ok' });
    const waiting = ['automate_inbox_messages', 'automate_outbox_messages'].map((name) => metrics.value(name) ?? 0);
    return waiting.every((count) => count === 0) && received >= published + more && metrics;
  });
}
