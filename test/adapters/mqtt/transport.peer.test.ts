import { afterEach, expect, test } from 'vitest';
import type { MqttOptions } from '../../../src/adapters/mqtt/options.ts';
import { mqttTransport } from '../../../src/adapters/mqtt/transport.ts';
import type { Publication, Transport } from '../../../src/ports/transport.ts';
import { publication } from '../../contracts/transport.ts';
import { Listening } from '../../peers/listening.ts';
import { type MqttPeer, startMqttPeer } from '../../peers/mqtt-peer.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function connected(
  peerOptions: Parameters<typeof startMqttPeer>[0] = {},
  options: Partial<MqttOptions> = {},
  subscriptions: string[] = [],
): Promise<{ peer: MqttPeer; transport: Transport; listening: Listening }> {
  const peer = await startMqttPeer(peerOptions);
  closers.push(peer.stop);
  const limits = { reconnectMinMs: 1, reconnectMaxMs: 20 };
  const transport = mqttTransport({
    name: 'peer',
    url: `mqtt://127.0.0.1:${peer.port}`,
    clientId: 'c',
    limits,
    ...options,
  });
  closers.push(() => transport.stop(50));
  const listening = new Listening();
  await transport.setSubscriptions(subscriptions.map((filter) => ({ filter, qos: 1 })));
  await transport.start(listening);
  await listening.until(() => listening.connections === 1);
  return { peer, transport, listening };
}

function outcomes(transport: Transport, publications: readonly Publication[]): Promise<(string | null)[]> {
  const results: (string | null)[] = [];
  let left = publications.length;
  return new Promise((resolve) => {
    transport.publish(publications, (index, error) => {
      expect(results[index]).toBeUndefined();
      results[index] = error === null ? null : error.message;
      if (--left === 0) resolve(results);
    });
  });
}

function inbound(topic: string, payload: string, more: object = {}): Parameters<MqttPeer['send']>[0] {
  return { cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false, ...more };
}

test('is subscribed when the broker has answered, and not before', async () => {
  const { peer, transport } = await connected({ suback: 'never' }, {}, ['a/#']);
  const { messageId = 0 } = await peer.receives('subscribe');
  expect(transport).toMatchObject({ connected: true, subscribed: false });
  peer.send({ cmd: 'suback', messageId, granted: [1] });
  await expect.poll(() => transport.subscribed).toBe(true);
  peer.drop();
  await expect.poll(() => transport.subscribed).toBe(false);
});

test('says which subscriptions were refused and why, and asks again at the next connect', async () => {
  const suback = (filter: string): number => (filter === 'secret/#' ? 135 : 1);
  const { peer, transport, listening } = await connected({ suback });
  const refused = [{ filter: 'secret/#', reason: 'not authorized' }];
  expect(await transport.setSubscriptions(['open', 'secret/#'].map((filter) => ({ filter, qos: 1 })))).toEqual(refused);
  expect(transport.refused).toEqual(refused);
  const asked = peer.received.filter(({ cmd }) => cmd === 'subscribe').length;
  peer.drop();
  await listening.until(() => listening.connections === 2);
  await peer.receives('subscribe', asked + 2);
  expect(await transport.setSubscriptions([{ filter: 'open', qos: 1 }])).toEqual([]);
  expect(transport.refused).toEqual([]);
});

test('on 3.1.1 subscribes to what a refused filter would have covered', async () => {
  const suback = (filter: string): number => (filter === '#' ? 128 : 1);
  const { peer, transport } = await connected({
    suback,
    connack: { properties: { subscriptionIdentifiersAvailable: false } },
  });
  const refused = await transport.setSubscriptions(['a/b', '#', 'c'].map((filter) => ({ filter, qos: 1 })));
  expect(refused).toEqual([{ filter: '#', reason: 'the broker refused it' }]);
  const asked = peer.received.flatMap((packet) => (packet.cmd === 'subscribe' ? packet.subscriptions : []));
  expect(new Set(asked.map(({ topic }) => topic))).toEqual(new Set(['#', 'a/b', 'c']));
  expect(peer.received.some(({ cmd }) => cmd === 'unsubscribe')).toBe(false);
});

test('a publication the broker refuses is an error with its reason', async () => {
  const { transport } = await connected({ puback: 135 });
  expect(await outcomes(transport, [publication('a', '', 1)])).toEqual([
    'the broker refused the message: not authorized',
  ]);
});

test('a packet larger than the broker takes is an error, and the next one goes out', async () => {
  const { peer, transport } = await connected({ puback: 0, connack: { properties: { maximumPacketSize: 100 } } });
  const results = await outcomes(transport, [publication('a', 'x'.repeat(100), 1), publication('a', 'y', 1)]);
  expect(results).toEqual(['the packet of 108 bytes is larger than the 100 bytes the broker takes', null]);
  expect(peer.received.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1);
});

test('has no more in flight than the broker allows', async () => {
  const { peer, transport } = await connected({ connack: { properties: { receiveMaximum: 2 } } });
  const all = outcomes(
    transport,
    ['1', '2', '3'].map((payload) => publication('a', payload, 1)),
  );
  const second = await peer.receives('publish', 2);
  expect(peer.received.filter(({ cmd }) => cmd === 'publish')).toHaveLength(2);
  const first = await peer.receives('publish', 1);
  for (const { messageId } of [first, second]) peer.send({ cmd: 'puback', messageId: messageId ?? 0 });
  const third = await peer.receives('publish', 3);
  peer.send({ cmd: 'puback', messageId: third.messageId ?? 0 });
  expect(await all).toEqual([null, null, null]);
});

test('sends QoS 1 again after a break, and then says that it is done', async () => {
  const { peer, transport, listening } = await connected();
  const result = outcomes(transport, [publication('a', 'once more', 1)]);
  await peer.receives('publish', 1);
  peer.drop();
  const again = await peer.receives('publish', 2);
  peer.send({ cmd: 'puback', messageId: again.messageId ?? 0 });
  expect(await result).toEqual([null]);
  await listening.until(() => listening.connections === 2);
});

test('gives up a publication during which the connection breaks time and again', async () => {
  const { peer, transport } = await connected();
  const result = outcomes(transport, [publication('a', 'poison', 1)]);
  for (let n = 1; n <= 5; n++) {
    await peer.receives('publish', n);
    peer.drop();
  }
  expect(await result).toEqual(['given up: the connection broke 5 times while it was being sent']);
});

test('fails what is under way when it stops', async () => {
  const { peer, transport } = await connected();
  const result = outcomes(transport, [publication('a', 'never answered', 1)]);
  await peer.receives('publish', 1);
  await transport.stop(1);
  expect(await result).toEqual(['stopped before the broker had it']);
});

test('fails QoS 0 that waits for the socket when the connection breaks', async () => {
  const { peer, transport, listening } = await connected();
  const large = Array.from({ length: 200 }, () => publication('a', 'x'.repeat(100_000), 0));
  const result = outcomes(transport, large);
  peer.drop();
  const settled = await result;
  expect(settled).toContain('the connection broke');
  await listening.until(() => listening.connections === 2);
});

test('a single copy with the identifiers of several subscriptions is delivered once, and so are several copies', async () => {
  const { peer, transport, listening } = await connected();
  await transport.setSubscriptions(['a/#', 'a/+'].map((filter) => ({ filter, qos: 1 })));
  const identifiers = peer.received.flatMap((packet) =>
    packet.cmd === 'subscribe' ? [packet.properties?.subscriptionIdentifier] : [],
  );
  expect(identifiers).toEqual([1, 2]);
  peer.send(inbound('a/b', 'one copy', { properties: { subscriptionIdentifier: [1, 2] } }));
  for (const subscriptionIdentifier of [2, 1])
    peer.send(inbound('a/b', 'two copies', { properties: { subscriptionIdentifier } }));
  peer.send(inbound('end', ''));
  await listening.until(() => listening.texts.includes('end '));
  expect(listening.texts).toEqual(['a/b one copy', 'a/b two copies', 'end ']);
});

test('sends PUBACK when the listener has acknowledged, and reads on meanwhile', async () => {
  const { peer, listening } = await connected();
  listening.acknowledging = false;
  for (const messageId of [11, 12]) peer.send(inbound('a', '', { qos: 1, messageId }));
  await listening.until(() => listening.deliveries.length === 2);
  peer.send(inbound('a', '', { qos: 0 }));
  await listening.until(() => listening.deliveries.length === 3);
  expect(peer.received.some(({ cmd }) => cmd === 'puback')).toBe(false);
  for (const acknowledge of listening.withheld) acknowledge();
  expect([(await peer.receives('puback', 1)).messageId, (await peer.receives('puback', 2)).messageId]).toEqual([
    11, 12,
  ]);
});

test('acknowledges nothing of an old connection', async () => {
  const { peer, listening } = await connected();
  listening.acknowledging = false;
  peer.send(inbound('a', 'old', { qos: 1, messageId: 11 }));
  await listening.until(() => listening.deliveries.length === 1);
  peer.drop();
  await listening.until(() => listening.connections === 2);
  listening.withheld[0]?.();
  listening.acknowledging = true;
  peer.send(inbound('a', 'new', { qos: 1, messageId: 12 }));
  expect((await peer.receives('puback', 1)).messageId).toBe(12);
});

test('hands over the properties of a message, and none that would reach a prototype', async () => {
  const { peer, listening } = await connected();
  const userProperties = Object.assign(Object.create(null), { a: ['1', '2'], ['__proto__']: 'x' });
  const properties = {
    messageExpiryInterval: 7,
    contentType: 't',
    responseTopic: 'r',
    correlationData: Buffer.from('c'),
    userProperties,
  };
  peer.send(inbound('a', '', { properties }));
  await listening.until(() => listening.deliveries.length === 1);
  const received = listening.deliveries[0]?.properties;
  expect(received).toMatchObject({
    messageExpiry: 7,
    contentType: 't',
    responseTopic: 'r',
    correlationData: Buffer.from('c'),
  });
  expect(Object.getPrototypeOf(received?.user)).toBe(null);
  expect(Object.entries(received?.user ?? {})).toEqual([
    ['a', ['1', '2']],
    ['__proto__', 'x'],
  ]);
});

test('publishes with properties', async () => {
  const { peer, transport } = await connected();
  const user = { 'automate-hops': '3', list: ['x', 'y'] };
  const properties = {
    messageExpiry: 60,
    contentType: 'text/plain',
    responseTopic: 'r',
    correlationData: new Uint8Array([1]),
    user,
  };
  await outcomes(transport, [
    publication('a', 'b', 0, { properties }),
    publication('c', 'd', 0, { properties: { user: {} } }),
  ]);
  expect((await peer.receives('publish', 1)).properties).toMatchObject({
    messageExpiryInterval: 60,
    contentType: 'text/plain',
    responseTopic: 'r',
    correlationData: Buffer.from([1]),
    userProperties: user,
  });
  expect((await peer.receives('publish', 2)).topic).toBe('c');
});

test('drops and counts topics that cannot be, and messages that are too large, and acknowledges them', async () => {
  const limits = { packetBytes: 100 };
  const { peer, listening } = await connected({}, { limits });
  peer.sendBytes(Buffer.from([0x30, 6, 0, 2, 0x61, 0, 0, 0x31]));
  peer.sendBytes(Buffer.from([0x30, 6, 0, 2, 0x61, 0xff, 0, 0x31]));
  peer.send(inbound('a', 'x'.repeat(200), { qos: 1, messageId: 5 }));
  peer.send(inbound('a', 'fine'));
  await listening.until(() => listening.deliveries.length === 1);
  expect(listening.texts).toEqual(['a fine']);
  expect(listening.dropped).toEqual(['invalid_topic', 'invalid_topic', 'packet_too_large']);
  expect((await peer.receives('puback')).messageId).toBe(5);
});

test('connects again after bytes that are no MQTT', async () => {
  const { peer, listening } = await connected();
  peer.sendBytes(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await listening.until(() => listening.connections === 2);
  expect(listening.disconnections).toHaveLength(1);
});

test('survives bytes of any kind', { timeout: 60_000 }, async () => {
  const { peer, listening } = await connected();
  let seed = 1;
  for (let n = 2; n < 40; n++) {
    const bytes = Buffer.from(Array.from({ length: 200 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff));
    peer.sendBytes(bytes);
    peer.drop();
    await listening.until(() => listening.connections === n);
  }
  peer.send(inbound('a', 'still here'));
  await listening.until(() => listening.texts.includes('a still here'));
});

test('keeps the connection while it does not read', async () => {
  const { peer, listening } = await connected({}, { keepaliveSeconds: 1, limits: { messages: 1, reconnectMinMs: 1 } });
  listening.acknowledging = false;
  for (let n = 0; n < 3; n++) peer.send(inbound('a', String(n)));
  await listening.until(() => listening.deliveries.length === 1);
  // By then a keepalive of one second would have ended it twice over.
  await peer.receives('pingreq', 6);
  expect(listening.disconnections).toEqual([]);
  listening.acknowledging = true;
  listening.withheld[0]?.();
  await listening.until(() => listening.deliveries.length === 3);
});

test('hears the answers that come behind more messages than it takes, when asked to', async () => {
  const limits = { messages: 3, reconnectMinMs: 1 };
  const { peer, transport, listening } = await connected({}, { limits }, ['in/#']);
  listening.acknowledging = false;
  const answered = outcomes(transport, [publication('out/a', '1', 1)]);
  const { messageId = 0 } = await peer.receives('publish');
  transport.answersFirst(true);
  for (let i = 0; i < 6; i++) peer.send(inbound(`in/${i}`, '', i % 2 === 0 ? { qos: 1, messageId: 100 + i } : {}));
  peer.send({ cmd: 'puback', messageId, reasonCode: 0 });
  expect(await answered).toEqual([null]);
  await listening.until(() => listening.deliveries.length === 4);
  // The first three, and of the others those of QoS 1.
  expect(listening.deliveries.map(({ topic }) => topic)).toEqual(['in/0', 'in/1', 'in/2', 'in/4']);
  expect(listening.dropped).toEqual(['inbox_full', 'inbox_full']);

  // Of what may not be dropped there is twice as much besides.
  for (let i = 0; i < 6; i++) peer.send(inbound(`in/more/${i}`, '', { qos: 1, messageId: 200 + i }));
  await listening.until(() => listening.deliveries.length === 9);
  transport.answersFirst(false);
  expect(listening.deliveries).toHaveLength(9);
  for (const acknowledge of listening.withheld.splice(0)) acknowledge();
  await listening.until(() => listening.deliveries.length === 10);
  expect(listening.deliveries.at(-1)?.topic).toBe('in/more/5');
});

test('a message of QoS 2 is not handed over again when the connection broke while there was no room', async () => {
  const limits = { messages: 1, reconnectMinMs: 1, reconnectMaxMs: 20 };
  const { peer, listening } = await connected({ connack: { sessionPresent: true } }, { clean: false, limits }, ['a/#']);
  listening.acknowledging = false;
  peer.send(inbound('a/b', 'x', { qos: 2, messageId: 5 }));
  await peer.receives('pubrec');
  peer.send({ cmd: 'pubrel', messageId: 5 });
  await listening.until(() => listening.deliveries.length === 1);
  peer.drop();
  await listening.until(() => listening.connections === 2);
  peer.send({ cmd: 'pubrel', messageId: 5 });
  await peer.receives('pubcomp');
  expect(listening.deliveries).toHaveLength(1);
});
