import { connectAsync, type IClientOptions } from 'mqtt';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

export interface Received {
  readonly topic: string;
  readonly text: string;
  readonly qos: number;
  readonly retain: boolean;
}

/** An MQTT.js client that keeps what it is sent. */
export interface Client {
  readonly received: Received[];
  /** What came to a topic. */
  on(topic: string): Received[];
  /** The first message to a topic that is or comes. */
  first(topic: string): Promise<Received>;
  publish(
    topic: string,
    payload: string | Buffer,
    options?: { readonly qos?: 0 | 1 | 2; readonly retain?: boolean },
  ): Promise<void>;
  end(): Promise<void>;
}

/** Connect, and subscribe with QoS 2, so that what comes has the QoS it was published with. */
export async function connectClient(
  url: string,
  { subscribe = [], ...options }: IClientOptions & { readonly subscribe?: string | string[] } = {},
): Promise<Client> {
  const client = await connectAsync(url, { reconnectPeriod: 0, ...options });
  client.on('error', () => {}); // A broker that goes away says so in the test.
  const received: Received[] = [];
  client.on('message', (topic, payload, { qos, retain }) => {
    received.push({ topic, text: payload.toString(), qos, retain });
  });
  let ended = false;
  const end = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    await client.endAsync(true);
  };
  onTestFinished(end);
  if (subscribe.length > 0) await client.subscribeAsync(subscribe, { qos: 2 });
  const on = (topic: string): Received[] => received.filter((message) => message.topic === topic);
  return {
    received,
    on,
    first: (topic) => until(`a message to ${topic}`, () => on(topic)[0]),
    publish: async (topic, payload, { qos = 1, retain = false } = {}) => {
      await client.publishAsync(topic, payload, { qos, retain });
    },
    end,
  };
}
