import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificates } from '../peers/certificates.ts';
import { startMosquitto } from '../peers/mosquitto.ts';
import { needs, needsPython } from '../peers/needs.ts';
import { connectClient, type Client } from './client.ts';
import { mosquittoPub, mqttJs, paho, type Door, type Outgoing, type Publish } from './clients/publishers.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import { until } from './until.ts';

const RULES = `
- id: json
  on: home/+room/temperature
  if: temperature > 30
  publish: { topic: "home/\${room}/light/control", payload: { state: "ON", at: "\${temperature}" }, qos: 2, retain: true }
- id: number
  on: tank/+id/level
  if: payload > 80
  publish: { topic: "tank/\${id}/pump", payload: "\${payload}", qos: 0 }
- id: text
  on: gate/+id/state
  if: payload == "OPEN"
  publish: { topic: "gate/\${id}/lamp", payload: "ON" }
`;

const QOS = [0, 1, 2] as const;
const CONTROLS = ['home/+/light/control', 'tank/+/pump', 'gate/+/lamp'];

/** For each QoS: what each rule acts on, and before it what it does not. */
const messages: readonly Outgoing[] = QOS.flatMap((qos) => [
  { topic: `home/room${qos}/temperature`, payload: '{"temperature": 29.5}', qos },
  { topic: `home/room${qos}/temperature`, payload: '{"temperature": 30.5, "humidity": 40}', qos },
  { topic: `tank/t${qos}/level`, payload: '80', qos },
  { topic: `tank/t${qos}/level`, payload: '80.25', qos },
  { topic: `gate/g${qos}/state`, payload: 'CLOSED', qos },
  { topic: `gate/g${qos}/state`, payload: 'OPEN', qos },
]);

const expected = QOS.flatMap((qos) => [
  { topic: `home/room${qos}/light/control`, text: '{"state":"ON","at":30.5}', qos: 2 },
  { topic: `tank/t${qos}/pump`, text: '80.25', qos: 0 },
  { topic: `gate/g${qos}/lamp`, text: 'ON', qos: 1 },
]);

interface House {
  readonly door: Door;
  readonly engine: RunningEngine;
  readonly url: string;
  /** What MQTT.js needs to get in. */
  readonly access: Parameters<typeof connectClient>[1];
}

const USERS = { engine: 'engine secret', sensor: 'pa:ss "word"' };

const houses: readonly (readonly [string, boolean, () => Promise<House>])[] = [
  [
    'the embedded broker',
    true,
    async () => {
      const engine = await startEngine({ rules: { 'all.yaml': RULES } });
      return { door: { port: engine.port }, engine, url: `mqtt://127.0.0.1:${engine.port}`, access: {} };
    },
  ],
  [
    'mosquitto',
    needs('mosquitto'),
    async () => {
      const { port, stop } = await startMosquitto();
      onTestFinished(stop);
      const url = `mqtt://127.0.0.1:${port}`;
      return {
        door: { port },
        engine: await startEngine({ rules: { 'all.yaml': RULES }, config: { broker: url } }),
        url,
        access: {},
      };
    },
  ],
  [
    'mosquitto with a password file',
    needs('mosquitto'),
    async () => {
      const { port, stop } = await startMosquitto({ users: USERS });
      onTestFinished(stop);
      const url = `mqtt://127.0.0.1:${port}`;
      const engine = await startEngine({
        rules: { 'all.yaml': RULES },
        config: { broker: { url, username: 'engine', password: '${env:MQTT_PASSWORD}' } },
        variables: { MQTT_PASSWORD: USERS.engine },
      });
      const user = { name: 'sensor', password: USERS.sensor };
      return { door: { port, user }, engine, url, access: { username: user.name, password: user.password } };
    },
  ],
  [
    'mosquitto over TLS with client certificates',
    needs('mosquitto') && needs('openssl'),
    async () => {
      const tls = makeCertificates();
      const { port, stop } = await startMosquitto({ tls });
      onTestFinished(async () => {
        await stop();
        tls.remove();
      });
      const url = `mqtts://localhost:${port}`;
      const files = { ca: tls.path('ca.crt'), cert: tls.path('client.crt'), key: tls.path('client.key') };
      const engine = await startEngine({ rules: { 'all.yaml': RULES }, config: { broker: { url, ...files } } });
      const access = { ca: tls.read('ca.crt'), cert: tls.read('client.crt'), key: tls.read('client.key') };
      return { door: { port, tls }, engine, url, access };
    },
  ],
];

const clients: readonly (readonly [string, boolean, Publish])[] = [
  ['paho with MQTT 3.1.1', needsPython('paho.mqtt'), paho(4)],
  ['paho with MQTT 5', needsPython('paho.mqtt'), paho(5)],
  ['mosquitto_pub', needs('mosquitto_pub'), mosquittoPub],
  ['MQTT.js', true, mqttJs],
];

// The embedded broker speaks MQTT 3.1.1.
const encounters = houses.flatMap(([house, hasBroker, open]) =>
  clients
    .filter(([client]) => !(client === 'paho with MQTT 5' && house === 'the embedded broker'))
    .map(([client, hasClient, publish]) => ({
      name: `${client} on ${house}`,
      here: hasBroker && hasClient,
      open,
      publish,
    })),
);

describe.each(encounters)('messages of $name', ({ here, open, publish }) => {
  test.skipIf(!here)('bring about the control messages, with the QoS and the retain flag of the rule', async () => {
    const { door, engine, url, access } = await open();
    const listener = await connectClient(url, { ...access, subscribe: CONTROLS });
    await publish(door, messages);
    await until('all control messages', () => listener.received.length >= expected.length);
    expect(inOrder(listener)).toEqual(
      inOrder({ received: expected.map((message) => ({ ...message, retain: false })) }),
    );
    // Who comes later finds what is retained, and nothing else.
    const late = await connectClient(url, { ...access, subscribe: [...CONTROLS, 'automate/main/status'] });
    await until('the retained messages', () => late.received.length >= QOS.length + 1);
    const kept = expected
      .filter(({ topic }) => topic.startsWith('home/'))
      .map((message) => ({ ...message, retain: true }));
    const status = { topic: 'automate/main/status', text: 'online', qos: 1, retain: true };
    expect(inOrder(late)).toEqual(inOrder({ received: [...kept, status] }));
    const metrics = await engine.metrics();
    expect(metrics.by('automate_rule_fired_total', 'rule')).toEqual({ json: 3, number: 3, text: 3 });
    expect(metrics.by('automate_rule_evaluations_total', 'result')).toEqual({ true: 9, false: 9, unknown: 0 });
  });
});

test.skipIf(!needs('mosquitto'))('one engine brings brokers together, each by its name', async () => {
  const [plant, cloud] = [await startMosquitto(), await startMosquitto({ users: { automate: 'secret' } })];
  onTestFinished(async () => void (await Promise.all([plant.stop(), cloud.stop()])));
  const engine = await startEngine({
    config: {
      brokers: {
        plant: `mqtt://127.0.0.1:${plant.port}`,
        cloud: { url: `mqtt://127.0.0.1:${cloud.port}`, username: 'automate', password: 'secret' },
      },
    },
    rules: {
      'up.yaml':
        'on: { topic: line/+id/temperature, broker: plant }\nif: payload > 90\n' +
        'publish: { topic: "alarm/${id}", payload: "${payload}", qos: 2, retain: true, broker: cloud }\n',
      'down.yaml':
        'on: { topic: order/+id, broker: cloud }\npublish: { topic: "line/${id}/set", payload: "${payload}", broker: plant }\n',
      'here.yaml': 'on: { topic: line/#, broker: plant }\npublish: { topic: "seen/${topic}", payload: 1 }\n',
      'not-here.yaml': 'on: line/#\npublish: { topic: wrong, payload: 1 }\n',
    },
  });
  const atPlant = await connectClient(`mqtt://127.0.0.1:${plant.port}`, { subscribe: '#' });
  const atCloud = await connectClient(`mqtt://127.0.0.1:${cloud.port}`, {
    subscribe: '#',
    username: 'automate',
    password: 'secret',
  });
  await atPlant.publish('line/3/temperature', '95');
  expect(await atCloud.first('alarm/3')).toEqual({ topic: 'alarm/3', text: '95', qos: 2, retain: false });
  await atCloud.publish('order/3', 'stop');
  expect(await atPlant.first('line/3/set')).toEqual({ topic: 'line/3/set', text: 'stop', qos: 1, retain: false });
  expect([...atPlant.on('automate/main/status'), ...atCloud.on('automate/main/status')]).toHaveLength(2);
  expect([...atPlant.on('alarm/3'), ...atPlant.on('order/3'), ...atCloud.on('line/3/set')]).toEqual([]);
  const metrics = await engine.metrics();
  expect(metrics.by('automate_broker_connected', 'broker')).toEqual({ default: 1, plant: 1, cloud: 1 });
  expect(metrics.value('automate_rule_fired_total', { rule: 'not-here' })).toBe(0);
});

function inOrder({ received }: Pick<Client, 'received'>): Client['received'] {
  return received.toSorted((a, b) => (a.topic < b.topic ? -1 : 1));
}
