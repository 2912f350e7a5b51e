import type { MqttClient } from 'mqtt';
import type { IPublishPacket } from 'mqtt-packet';
import { reasonInWords } from '../adapters/mqtt/reason.ts';
import { Subscriber } from '../adapters/mqtt/subscriber.ts';
import { SubscriptionTable } from '../adapters/mqtt/subscription-table.ts';
import type { QoS } from '../core/event.ts';
import type { Refusal } from '../ports/transport.ts';

/** How a command subscribes, and which of the messages that come count. */
export interface Subscribing {
  /** Ask the broker on this connection. Resolves with what it refused, or null when the connection broke before. */
  ask(): Promise<readonly Refusal[] | null>;
  counts(packet: IPublishPacket): boolean;
}

/** Subscribing on a client to filters, with a QoS. */
export type Subscribe = (client: MqttClient, filters: readonly string[], qos: QoS) => Subscribing;

/** Every copy of a message that the broker sends, as mosquitto_sub has it. */
export const everyCopy: Subscribe = (client, filters, qos) => ({
  ask: () =>
    new Promise((resolve, reject) => {
      client.subscribe([...filters], { qos }, (error, _granted, packet) => {
        if (packet !== undefined) resolve(refusedOf(filters, packet.granted));
        else if (error !== null && client.connected) reject(error);
        else resolve(null);
      });
    }),
  counts: () => true,
});

function refusedOf(filters: readonly string[], granted: readonly unknown[]): Refusal[] {
  return filters.flatMap((filter, index) => {
    const code = granted[index];
    return typeof code === 'number' && code >= 128 ? [{ filter, reason: reasonInWords(code) }] : [];
  });
}

/** Each message once, however many of the filters it matches, as the engine takes it. */
export const eachOnce: Subscribe = (client, filters, qos) => {
  const table = new SubscriptionTable();
  const subscriber = new Subscriber(table);
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'suback')
      subscriber.onSuback({ packetId: packet.messageId ?? 0, codes: packet.granted as number[] });
  });
  const subscriptions = filters.map((filter) => ({ filter, qos }));
  return {
    ask: async () => {
      subscriber.connected(client, client.options.protocolVersion ?? 4);
      const refused = await subscriber.set(subscriptions, []);
      return client.connected ? refused : null;
    },
    counts: ({ topic, properties, retain }) =>
      table.verdict(topic, properties?.subscriptionIdentifier, retain) !== 'copy',
  };
};
