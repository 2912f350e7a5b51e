import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import type { Publication, Subscription, Transport } from '../../src/ports/transport.ts';
import { Listening } from '../peers/listening.ts';
import { bytesOf } from '../../src/runtime/payload-bytes.ts';

/** One transport and the broker it speaks to. */
export interface Side {
  readonly transport: Transport;
  /** How many messages may be unacknowledged. */
  readonly highWater: number;
  readonly statusTopic: string;
  /** Where a client of MQTT 3.1.1 reaches the same broker; known once the transport has started. */
  url(): string;
  /** Stop what `make` started besides the transport. */
  dispose(): Promise<void>;
}

interface Stage {
  readonly side: Side;
  readonly transport: Transport;
  readonly listening: Listening;
  readonly peer: MqttClient;
  /** What the peer has received: `topic payload q1`. */
  readonly heard: string[];
  /** Resolves when the peer has heard so many messages. */
  hears(count: number): Promise<void>;
}

/** What every transport does. `make` gives a transport that has not been started. */
export function transportContract(name: string, make: () => Promise<Side>): void {
  describe(`${name}, as a transport`, () => {
    const closers: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const close of closers.splice(0).reverse()) await close();
    });

    async function stage(
      subscriptions: readonly Subscription[] = [],
      peerListens: string[] = ['out/#'],
    ): Promise<Stage> {
      const side = await make();
      closers.push(side.dispose);
      const { transport } = side;
      const listening = new Listening();
      await transport.setSubscriptions(subscriptions);
      closers.push(() => transport.stop(2_000));
      await transport.start(listening);
      await listening.until(() => listening.connections === 1);
      // Subscribed for certain once the answer to one more call is here: brokers take packets in order.
      await transport.setSubscriptions([...subscriptions, { filter: 'contract/ready', qos: 0 }]);
      const peer = await mqtt.connectAsync(side.url(), { protocolVersion: 4, clientId: 'peer' });
      closers.push(() => peer.endAsync(true));
      const heard: string[] = [];
      peer.on('message', (topic, payload, packet) => heard.push(`${topic} ${payload.toString()} q${packet.qos}`));
      await peer.subscribeAsync(peerListens, { qos: 2 });
      const hears = async (count: number): Promise<void> => {
        while (heard.length < count) await new Promise((resolve) => peer.once('message', resolve));
      };
      return { side, transport, listening, peer, heard, hears };
    }

    test('hands over what is published, with its QoS', async () => {
      const { peer, listening } = await stage([{ filter: 'in/#', qos: 2 }]);
      await peer.publishAsync('in/a', 'zero', { qos: 0 });
      await peer.publishAsync('in/a', 'one', { qos: 1 });
      await peer.publishAsync('in/b', 'two', { qos: 2 });
      await listening.until(() => listening.deliveries.length === 3);
      expect(
        listening.deliveries.map(({ topic, payload, qos, retained }) => [
          topic,
          bytesOf(payload).toString(),
          qos,
          retained,
        ]),
      ).toEqual([
        ['in/a', 'zero', 0, false],
        ['in/a', 'one', 1, false],
        ['in/b', 'two', 2, false],
      ]);
    });

    test('keeps the order of many messages, and hands over several at once', async () => {
      const { peer, listening } = await stage([{ filter: 'in/#', qos: 1 }]);
      const payloads = Array.from({ length: 500 }, (_, n) => String(n));
      await Promise.all(payloads.map((payload) => peer.publishAsync('in/a', payload, { qos: 1 })));
      await listening.until(() => listening.deliveries.length === 500);
      expect(listening.texts).toEqual(payloads.map((payload) => `in/a ${payload}`));
    });

    test('publishes with QoS 0, 1 and 2, in order, and says that it is done once each', async () => {
      const { transport, heard, hears } = await stage();
      const done: [number, Error | null][] = [];
      const publications = [0, 1, 2].map((qos) => publication(`out/${qos}`, `m${qos}`, qos));
      await new Promise<void>((resolve) => {
        transport.publish(publications, (index, error) => {
          done.push([index, error]);
          if (done.length === 3) resolve();
        });
        // For the others it is the broker who says so.
        expect(done.filter(([index]) => index > 0)).toEqual([]);
      });
      await hears(3);
      expect(heard).toEqual(['out/0 m0 q0', 'out/1 m1 q1', 'out/2 m2 q2']);
      expect(done.sort(([a], [b]) => a - b)).toEqual([
        [0, null],
        [1, null],
        [2, null],
      ]);
    });

    test('delivers a message once, however many subscriptions match it', async () => {
      const overlapping = ['in/#', 'in/+/c', 'in/b/+', 'in/b/c', '#'].map((filter) => ({ filter, qos: 1 as const }));
      const { peer, listening } = await stage(overlapping);
      for (const qos of [0, 1, 2] as const) await peer.publishAsync('in/b/c', `m${qos}`, { qos });
      await peer.publishAsync('in/end', '', { qos: 1 });
      await listening.until(() => listening.texts.includes('in/end '));
      expect(listening.texts.filter((text) => text.startsWith('in/b'))).toEqual([
        'in/b/c m0',
        'in/b/c m1',
        'in/b/c m2',
      ]);
    });

    test('delivers a retained message once, as retained, and a live one as live', async () => {
      const { peer, transport, listening } = await stage();
      await peer.publishAsync('in/b/c', 'kept', { qos: 1, retain: true });
      await transport.setSubscriptions(['in/+/c', 'in/b/+', 'in/b/c'].map((filter) => ({ filter, qos: 1 })));
      await listening.until(() => listening.deliveries.length === 1);
      await peer.publishAsync('in/b/c', 'live', { qos: 1, retain: true });
      await listening.until(() => listening.texts.includes('in/b/c live'));
      expect(listening.texts).toEqual(['in/b/c kept retained', 'in/b/c live']);
    });

    test('delivers the retained messages of a new subscription that an old one covers', async () => {
      const { peer, transport, listening } = await stage([{ filter: 'in/#', qos: 1 }]);
      await peer.publishAsync('in/a', 'first', { qos: 1, retain: true });
      await listening.until(() => listening.texts.includes('in/a first'));
      await transport.setSubscriptions([
        { filter: 'in/#', qos: 1 },
        { filter: 'in/a', qos: 1 },
      ]);
      await listening.until(() => listening.texts.includes('in/a first retained'));
      await peer.publishAsync('in/a', 'second', { qos: 1 });
      await peer.publishAsync('in/end', '', { qos: 1 });
      await listening.until(() => listening.texts.includes('in/end '));
      expect(listening.texts).toEqual(['in/a first', 'in/a first retained', 'in/a second', 'in/end ']);
    });

    test('delivers the retained messages of a subscription again when asked to refresh it', async () => {
      const subscriptions: Subscription[] = [
        { filter: 'in/+', qos: 1 },
        { filter: 'other', qos: 1 },
      ];
      const { peer, transport, listening } = await stage(subscriptions);
      await peer.publishAsync('in/a', 'kept', { qos: 1, retain: true });
      await listening.until(() => listening.texts.includes('in/a kept'));
      expect(await transport.setSubscriptions(subscriptions, ['in/+'])).toEqual([]);
      await listening.until(() => listening.texts.includes('in/a kept retained'));
      await peer.publishAsync('in/a', 'live', { qos: 1 });
      await listening.until(() => listening.texts.includes('in/a live'));
      expect(listening.texts).toEqual(['in/a kept', 'in/a kept retained', 'in/a live']);
    });

    test('gives up subscriptions that are no longer wanted, and takes new ones', async () => {
      const { peer, transport, listening } = await stage([{ filter: 'in/old', qos: 1 }]);
      expect(await transport.setSubscriptions([{ filter: 'in/new', qos: 1 }])).toEqual([]);
      // The order of packets says that the first is given up when the second is granted.
      expect(
        await transport.setSubscriptions([
          { filter: 'in/new', qos: 1 },
          { filter: 'in/end', qos: 1 },
        ]),
      ).toEqual([]);
      for (const topic of ['in/old', 'in/new', 'in/end']) await peer.publishAsync(topic, '', { qos: 1 });
      await listening.until(() => listening.texts.includes('in/end '));
      expect(listening.texts).toEqual(['in/new ', 'in/end ']);
      expect(transport.refused).toEqual([]);
    });

    test('does not wake on $-topics for a wildcard in first place', async () => {
      const { peer, listening } = await stage([
        { filter: '#', qos: 1 },
        { filter: '+/end', qos: 1 },
      ]);
      await peer.publishAsync('$own/end', 'no', { qos: 1 });
      await peer.publishAsync('in/end', 'yes', { qos: 1 });
      await listening.until(() => listening.texts.includes('in/end yes'));
      expect(listening.texts.filter((text) => text.startsWith('$'))).toEqual([]);
    });

    test('stops reading at its high-water mark, and goes on when there is room', async () => {
      const { side, peer, listening } = await stage([{ filter: 'in/#', qos: 1 }]);
      listening.acknowledging = false;
      const total = side.highWater * 3;
      const sent = Promise.all(
        Array.from({ length: total }, (_, n) => peer.publishAsync('in/a', String(n), { qos: 1 })),
      );
      await listening.until(() => listening.deliveries.length >= side.highWater);
      // The broker answers, so it had every chance to send more.
      const echo = await mqtt.connectAsync(side.url(), { protocolVersion: 4, clientId: 'echo' });
      await echo.subscribeAsync('elsewhere');
      await echo.endAsync();
      expect(listening.deliveries.length).toBeLessThanOrEqual(side.highWater);
      listening.acknowledging = true;
      for (const acknowledge of listening.withheld.splice(0)) acknowledge();
      await listening.until(() => listening.deliveries.length === total);
      await sent;
      expect(listening.texts).toEqual(Array.from({ length: total }, (_, n) => `in/a ${n}`));
    });

    test('says online when it starts and offline when it stops, retained', async () => {
      const { side, transport, heard, hears } = await stage([], ['state/#']);
      await hears(1);
      await transport.stop(2_000);
      expect(transport.connected).toBe(false);
      await hears(2);
      expect(heard).toEqual([`${side.statusTopic} online q1`, `${side.statusTopic} offline q1`]);
    });

    test('fails what is published before it starts and after it stops, and does not throw', async () => {
      const side = await make();
      closers.push(side.dispose);
      const attempt = (): Promise<Error | null> =>
        new Promise((resolve) =>
          side.transport.publish([publication('out/a', '', 1)], (_index, error) => resolve(error)),
        );
      expect(await attempt()).toBeInstanceOf(Error);
      await side.transport.start(new Listening());
      await side.transport.stop(2_000);
      expect(await attempt()).toBeInstanceOf(Error);
    });
  });
}

export function publication(topic: string, payload: string, qos: number, more: Partial<Publication> = {}): Publication {
  return { topic, payload, qos: qos as Publication['qos'], retain: false, properties: undefined, ...more }; // Tests write 0, 1, 2.
}
