import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, expect, test } from 'vitest';
import { type EmbeddedBroker, embeddedBroker } from '../../../src/adapters/broker/embedded-broker.ts';
import type { EmbeddedLimits } from '../../../src/adapters/broker/options.ts';
import { publication } from '../../contracts/transport.ts';
import { Listening } from '../../peers/listening.ts';
import { bytesOf } from '../../../src/runtime/payload-bytes.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Stage {
  readonly broker: EmbeddedBroker;
  readonly listening: Listening;
  readonly port: number;
}

async function start(limits: Partial<EmbeddedLimits> = {}, filters: string[] = []): Promise<Stage> {
  const broker = embeddedBroker({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    statusTopic: 'automate/main/status',
    limits,
  });
  const listening = new Listening();
  await broker.setSubscriptions(filters.map((filter) => ({ filter, qos: 2 })));
  await broker.start(listening);
  closers.push(() => broker.stop(1_000));
  return { broker, listening, port: broker.address()?.port ?? 0 };
}

async function client(port: number, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const connected = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  connected.on('error', () => {});
  closers.push(() => connected.endAsync(true));
  return connected;
}

async function raw(port: number, ...packets: Uint8Array[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  closers.push(async () => socket.destroy());
  await once(socket, 'connect');
  for (const packet of packets) socket.write(packet);
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.destroyed) await once(socket, 'close');
}

const CONNECT = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clientId: 'raw',
  clean: true,
  keepalive: 0,
});

/** A PUBLISH with these bytes for a topic, whatever they are. */
function publishTo(topic: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x30, topic.length + 2, 0, topic.length]), topic]);
}

test('says why a port cannot be opened', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo; // A TCP server has no other kind of address.
  const broker = embeddedBroker({ name: 'default', host: '127.0.0.1', port, statusTopic: 's' });
  await expect(broker.start(new Listening())).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(broker.connected).toBe(false);
  await broker.stop(100);
  taken.close();
});

test('gives the engine its own properties back, live and retained', async () => {
  const { broker, listening } = await start({}, ['out/#']);
  const properties = { user: { 'automate-hops': '3' }, contentType: 'text/plain' };
  broker.publish([publication('out/a', 'x', 1, { properties, retain: true })], () => {});
  await listening.until(() => listening.deliveries.length === 1);
  await broker.setSubscriptions([{ filter: 'out/a', qos: 1 }]);
  await listening.until(() => listening.deliveries.length === 2);
  expect(listening.deliveries.map((delivery) => [delivery.retained, delivery.properties])).toEqual([
    [false, properties],
    [true, properties],
  ]);
});

test('closes a client at the header of a packet of 10 MB, and serves the others', async () => {
  const { listening, port } = await start({ maxPacketSizeBytes: 1_000_000 }, ['in']);
  const large = generate({
    cmd: 'publish',
    topic: 'in',
    payload: Buffer.alloc(10_000_000),
    qos: 0,
    retain: false,
    dup: false,
  });
  const socket = await raw(port, CONNECT, large.subarray(0, 100));
  await closed(socket);
  expect(listening.dropped).toEqual(['packet_too_large']);
  expect(listening.notices.join()).toMatch(
    /a client was closed: it announced a packet of 100000\d\d bytes, more than 1000000/,
  );
  await (await client(port)).publishAsync('in', 'fine', { qos: 1 });
  await listening.until(() => listening.texts.includes('in fine'));
});

test('closes a client that does not say CONNECT in time, and one that says something else', async () => {
  const { listening, port } = await start({ connectMs: 50 });
  const silent = await raw(port);
  const halfOpen = await raw(port, CONNECT.subarray(0, 5));
  const rude = await raw(port, publishTo(Buffer.from('in')));
  await Promise.all([silent, halfOpen, rude].map(closed));
  expect(listening.notices).toContain('warn: a client that had not connected yet was closed: Invalid protocol');
});

test('closes a client that has gone quiet for longer than its keepalive', async () => {
  const { listening, port } = await start();
  const packet = generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId: 'quiet',
    clean: true,
    keepalive: 1,
  });
  await closed(await raw(port, packet));
  expect(listening.notices).toEqual(['warn: the client "quiet" was closed: keep alive timeout']);
});

test.each([
  ['NUL', Buffer.from('a\0b')],
  ['a control character', Buffer.from('a\u0007b')],
  ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0x62])],
  ['$SYS', Buffer.from('$SYS/a')],
])('closes a client that publishes to a topic with %s', async (_what, topic) => {
  const { listening, port } = await start({}, ['#', '$SYS/a']);
  const socket = await raw(port, CONNECT);
  await once(socket, 'data');
  socket.write(publishTo(topic));
  await closed(socket);
  expect(listening.dropped).toEqual(['invalid_topic']);
  expect(listening.notices[0]).toMatch(/the client "raw" was closed: the topic of a message cannot be used/);
});

test.each([
  ['client id', { clientId: 'a\u0001' }],
  ['user name', { username: 'a\u0001' }],
  ['will', { will: { topic: 'a/\u0001', payload: Buffer.from('') } }],
])('refuses a client whose %s has a control character', async (_what, options) => {
  const { listening, port } = await start();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const will = 'will' in options ? { will: { ...options.will, qos: 0 as const, retain: false } } : {};
  const packet = {
    cmd: 'connect' as const,
    protocolId: 'MQTT' as const,
    protocolVersion: 4 as const,
    clientId: 'x',
    clean: true,
    keepalive: 0,
  };
  socket.write(generate({ ...packet, ...options, ...will }));
  await closed(socket);
  expect(listening.notices[0]).toMatch(/cannot be used: it has a control character/);
});

test('closes a client that subscribes or publishes with too many levels', async () => {
  const { port } = await start({ maxTopicLevels: 10 });
  const topic = Array.from({ length: 11 }, () => 'a').join('/');
  for (const packet of [
    publishTo(Buffer.from(topic)),
    generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] }),
  ]) {
    const socket = await raw(port, CONNECT);
    await once(socket, 'data');
    socket.write(packet);
    await closed(socket);
  }
});

test('refuses a shared subscription, which would never get anything', async () => {
  const { port } = await start();
  const peer = await client(port);
  await expect(peer.subscribeAsync('$share/g/a')).rejects.toThrow(/Unspecified error/);
});

test('serves no more clients than it may, and the next one when one has gone', async () => {
  const { listening, port } = await start({ maxConnections: 2 });
  const first = await client(port, { clientId: 'a' });
  await client(port, { clientId: 'b' });
  await closed(await raw(port, CONNECT));
  expect(listening.notices).toEqual(['warn: a connection was refused: there are 2 already']);
  await first.endAsync();
  for (let attempt = 1; ; attempt++) {
    const accepted = await client(port, { clientId: 'c' }).then(
      () => true,
      () => false,
    );
    if (accepted) break;
    expect(attempt).toBeLessThan(100);
  }
});

test('keeps no more retained messages than it may: the next ones pass by', async () => {
  const { broker, listening, port } = await start({ maxRetained: 3 }, ['in/#']);
  const peer = await client(port);
  for (const topic of ['in/1', 'in/2', 'in/3']) await peer.publishAsync(topic, 'x', { qos: 1, retain: true });
  await listening.until(() => listening.deliveries.length === 3);
  expect(listening.dropped).toEqual(['retained_limit']);
  const refused = new Promise((resolve) =>
    broker.publish([publication('in/4', '', 0, { retain: true, payload: 'y' })], (_i, error) => resolve(error)),
  );
  expect(await refused).toMatchObject({ message: 'the broker keeps as many retained messages as it may' });
  await peer.publishAsync('in/1', '', { qos: 1, retain: true });
  await peer.publishAsync('in/3', 'x', { qos: 1, retain: true });
  expect(listening.dropped).toEqual(['retained_limit']);
});

test("passes on a client's will when it vanishes, to the engine too", async () => {
  const { listening, port } = await start({}, ['gone']);
  const doomed = await client(port, { will: { topic: 'gone', payload: Buffer.from('now'), qos: 1, retain: true } });
  doomed.stream.destroy();
  await listening.until(() => listening.deliveries.length === 1);
  expect(listening.texts).toEqual(['gone now']);
});

test('its own heartbeat wakes a rule on $SYS and none on #', async () => {
  const { listening, port } = await start({}, ['#', '$SYS/+/new/clients']);
  await client(port, { clientId: 'somebody' });
  await listening.until(() => listening.deliveries.some(({ payload }) => bytesOf(payload).toString() === 'somebody'));
  expect(
    listening.deliveries.filter(({ topic }) => topic.startsWith('$SYS') && !topic.endsWith('/new/clients')),
  ).toEqual([]);
});

test('a client that stays behind does not keep the engine from publishing for ever', async () => {
  const { broker, listening, port } = await start({ drainMs: 100 });
  const lazy = await raw(
    port,
    CONNECT,
    generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'out', qos: 0 }] }),
  );
  let answered = 0;
  // CONNACK has four bytes, SUBACK five.
  lazy.on('data', (data) => (answered += data.length) === 9 && lazy.pause());
  await once(lazy, 'pause');
  const large = 'x'.repeat(900_000);
  const batch = Array.from({ length: 40 }, () => publication('out', large, 0));
  let left = batch.length;
  await new Promise<void>((resolve) => broker.publish(batch, () => --left === 0 && resolve()));
  await listening.until(() => listening.notices.length > 0);
  expect(listening.notices[0]).toMatch(/the client "raw" was closed: drain timeout/);
});

test('survives bytes of any kind, before and after CONNECT', { timeout: 60_000 }, async () => {
  const { listening, port } = await start({}, ['in']);
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  const subscribe = generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/+', qos: 1 }] });
  const publish = generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: 'x',
    qos: 2,
    messageId: 3,
    retain: true,
    dup: false,
  });
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.concat([
      CONNECT,
      subscribe,
      publish,
      CONNECT,
      Buffer.from(Array.from({ length: 30 }, random)),
    ]);
    const from = round % 2 === 0 ? 0 : CONNECT.length;
    for (let change = 0; change < 4; change++) bytes[from + (random() % (bytes.length - from))] = random() & 0xff;
    const socket = await raw(port, bytes);
    socket.end();
    await closed(socket);
  }
  await (await client(port)).publishAsync('in', 'still here', { qos: 1 });
  await listening.until(() => listening.texts.includes('in still here'));
});

test('loses no message that another one overtakes', async () => {
  const { broker, port } = await start();
  const subscriber = await client(port);
  const received: string[] = [];
  const arrived = new Promise<void>((resolve) =>
    subscriber.on('message', (topic, _payload, { qos }) => {
      if (topic === 'end') resolve();
      else received.push(`${topic} q${qos}`);
    }),
  );
  await subscriber.subscribeAsync({ 'a/#': { qos: 2 }, 'a/+': { qos: 2 }, end: { qos: 2 } });
  const batch = [
    publication('a/1', 'x', 2, { retain: true }),
    publication('a/2', 'x', 1),
    publication('a/3', 'x', 0, { retain: true }),
    publication('a/4', 'x', 0),
  ];
  broker.publish(batch, () => {});
  const publisher = await client(port);
  publisher.publish('a/5', 'x', { qos: 1, retain: true });
  publisher.publish('a/6', 'x', { qos: 1 });
  publisher.publish('a/7', 'x', { qos: 2 });
  publisher.publish('a/8', 'x', { qos: 0 });
  await publisher.publishAsync('end', 'x', { qos: 2 });
  await arrived;
  // Once each, though two subscriptions match.
  expect(received.toSorted()).toEqual(['a/1 q2', 'a/2 q1', 'a/3 q0', 'a/4 q0', 'a/5 q1', 'a/6 q1', 'a/7 q2', 'a/8 q0']);
});

test.each([1, 2] as const)('a publisher of QoS %i is told when the engine has kept it, in order', async (qos) => {
  const { listening, port } = await start({}, ['in/#']);
  listening.acknowledging = false;
  const publisher = await client(port);
  const hearer = await client(port);
  await hearer.subscribeAsync('#', { qos: 2 });
  const heard: string[] = [];
  hearer.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  const told: string[] = [];
  const publish = async (topic: string, text: string, at: 0 | 1 | 2): Promise<void> => {
    await publisher.publishAsync(topic, text, { qos: at });
    told.push(`${topic} ${text}`);
  };
  const all = [publish('in/a', '1', qos), publish('in/a', '2', qos), publish('in/a', '3', 0), publish('in/a', '', qos)];
  await listening.until(() => listening.withheld.length > 0);
  const other = await client(port);
  await other.publishAsync('elsewhere', 'x', { qos }); // What no rule asks for does not wait, and has been through it all.
  expect(told).toEqual(['in/a 3']);
  listening.acknowledging = true;
  for (const acknowledge of listening.withheld) acknowledge();
  await Promise.all(all);
  expect(told).toEqual(['in/a 3', 'in/a 1', 'in/a 2', 'in/a ']);
  const texts = listening.deliveries.map(
    ({ payload, retained }) => `${Buffer.from(bytesOf(payload)).toString()}${String(retained)}`,
  );
  expect(texts.toSorted()).toEqual(['1false', '2false', '3false', 'false']);
  while (!heard.includes('in/a ')) await new Promise((resolve) => hearer.once('message', resolve));
  expect(heard.filter((text) => text.startsWith('in/a') && !text.endsWith('3'))).toEqual(['in/a 1', 'in/a 2', 'in/a ']);
});

test('a retained message that the engine is about to keep is there for who asks for it then', async () => {
  const { broker, listening, port } = await start({}, ['in/a']);
  listening.acknowledging = false;
  const publisher = await client(port);
  const told = publisher.publishAsync('in/a', 'kept', { qos: 1, retain: true });
  await listening.until(() => listening.withheld.length > 0);
  await broker.setSubscriptions([
    { filter: 'in/a', qos: 1 },
    { filter: 'in/+', qos: 1 },
  ]);
  await listening.until(() => listening.texts.includes('in/a kept retained'));
  listening.acknowledging = true;
  for (const acknowledge of listening.withheld) acknowledge();
  await told;
  await publisher.publishAsync('in/a', 'end', { qos: 1 });
  expect(listening.texts).toEqual(['in/a kept', 'in/a kept retained', 'in/a end']);
});
