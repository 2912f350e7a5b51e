import { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import mqtt, { type MqttClient } from 'mqtt';
import type { IPublishPacket } from 'mqtt-packet';
import type { Publication, Refusal, Subscription, Transport, TransportListener } from '../../ports/transport.ts';
import { BackOff } from './back-off.ts';
import { clientOptions, shownUrl } from './client-options.ts';
import { Hold } from './hold.ts';
import { Inbox } from './inbox.ts';
import { DEFAULT_MQTT_LIMITS, type MqttLimits, type MqttOptions } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { deliveryOf } from './delivery.ts';
import { pubacks } from './pubacks.ts';
import { errorInWords, reasonInWords } from './reason.ts';
import { Subscriber } from './subscriber.ts';
import { SubscriptionTable } from './subscription-table.ts';

/** A connection to a broker elsewhere, through MQTT.js. Throws an Error if its URL is not one of a broker. */
export function mqttTransport(options: MqttOptions): Transport {
  const limits = { ...DEFAULT_MQTT_LIMITS, ...options.limits };
  clientOptions(options, limits);
  return new MqttTransport(options, limits);
}

/** Tells MQTT.js to go on without a PUBACK: the inbox sends it when the listener has acknowledged. */
const ACKNOWLEDGED_LATER = new Error('acknowledged later');

/** CONNACK codes that say the broker does not speak MQTT 5, in 3.1.1 and in 5. */
const VERSION_REFUSED: readonly unknown[] = [1, 132];

/** A connection that ends sooner is short, and so many of them in a row are worth a word. */
const SHORT_MS = 30_000;
const TOO_OFTEN = 3;

class MqttTransport implements Transport {
  readonly broker: string;
  readonly #options: MqttOptions;
  readonly #limits: MqttLimits;
  readonly #table = new SubscriptionTable();
  readonly #subscriber = new Subscriber(this.#table);
  readonly #inbox: Inbox;
  readonly #hold = new Hold();
  readonly #backOff: BackOff;
  #client: MqttClient | undefined;
  #outgoing: Outgoing | undefined;
  #listener: TransportListener | undefined;
  #connected = false;
  /** The broker has accepted CONNECT. */
  #established = false;
  #resumed = false;
  #stopping: Promise<void> | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #lastError: string | undefined;
  #lastNotice: string | undefined;
  #fallingBack = false;
  /** How often in a row the broker ended a connection that it had accepted, without a word and soon after. */
  #cutShort = 0;
  #connectedAt = 0;

  constructor(options: MqttOptions, limits: MqttLimits) {
    this.broker = options.name;
    this.#options = options;
    this.#limits = limits;
    this.#backOff = new BackOff(limits.reconnectMinMs, limits.reconnectMaxMs);
    this.#inbox = new Inbox(limits.messages, limits.bytes, {
      deliver: (deliveries, acknowledge) => {
        if (this.#stopping === undefined) this.#listener?.onBatch(deliveries, acknowledge);
      },
      acknowledge: (packetIds) => this.#acknowledge(packetIds),
      onRoom: () => this.#hold.readOn(),
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  get refused(): readonly Refusal[] {
    return this.#subscriber.refused;
  }

  get subscribed(): boolean {
    return this.#connected && this.#subscriber.isAnswered;
  }

  /** Rejects only for what no later attempt could mend: a certificate or key that cannot be read. */
  async start(listener: TransportListener): Promise<void> {
    this.#listener = listener;
    const client = mqtt.connect(clientOptions(this.#options, this.#limits));
    this.#client = client;
    this.#outgoing = new Outgoing(client);
    // All in this turn: a broker that kept our session sends its messages right behind CONNACK.
    client.handleMessage = (packet, callback) => this.#onMessage(client, packet, callback);
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'suback') this.#subscriber.onSuback(packet);
      // Before `connect`, MQTT.js sends again what was not acknowledged, and that may be what breaks the connection.
      else if (packet.cmd === 'connack') {
        this.#established = (packet.reasonCode ?? packet.returnCode) === 0;
        this.#resumed = packet.sessionPresent;
      }
    });
    client.on('connect', () => this.#onConnect(client));
    client.on('close', () => this.#onClose(client));
    client.on('error', (error) => this.#onError(client, error));
    client.on('disconnect', (packet) => {
      this.#lastError = `the broker ended it: ${reasonInWords(packet.reasonCode ?? 0)}`;
    });
    hasten(client);
  }

  setSubscriptions(
    subscriptions: readonly Subscription[],
    refresh: readonly string[] = [],
  ): Promise<readonly Refusal[]> {
    return this.#subscriber.set(subscriptions, refresh);
  }

  publish(publications: readonly Publication[], done: (index: number, error: Error | null) => void): void {
    if (this.#outgoing !== undefined && this.#stopping === undefined) this.#outgoing.publish(publications, done);
    else process.nextTick(() => publications.forEach((_, index) => done(index, new Error('not connected'))));
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= new Promise((resolve) => this.#stop(graceMs, resolve));
    return this.#stopping;
  }

  #onConnect(client: MqttClient): void {
    if (this.#stopping !== undefined) return;
    this.#connected = true;
    this.#lastError = undefined;
    this.#lastNotice = undefined;
    this.#connectedAt = performance.now();
    this.#backOff.connected(this.#connectedAt);
    this.#subscriber.connected(client, client.options.protocolVersion ?? 4);
    // Behind the SUBSCRIBE packets: who sees `online` is heard.
    this.#say(client, 'online');
    this.#outgoing?.connected();
    this.#listener?.onConnected(this.#resumed);
  }

  #onClose(client: MqttClient): void {
    const wasConnected = this.#connected;
    const reason = this.#lastError ?? 'the broker closed the connection';
    const isShort = wasConnected && performance.now() - this.#connectedAt < SHORT_MS;
    this.#cutShort = isShort ? this.#cutShort + 1 : wasConnected ? 0 : this.#cutShort;
    this.#connected = false;
    this.#lastError = undefined;
    this.#hold.forget();
    this.#inbox.connectionLost();
    this.#outgoing?.disconnected(this.#established);
    this.#established = false;
    this.#subscriber.disconnected();
    if (this.#stopping !== undefined) return;
    if (wasConnected) this.#listener?.onDisconnected(reason);
    if (isShort && this.#cutShort % TOO_OFTEN === 0) this.#listener?.onNotice('warn', this.#rivalry());
    else if (!this.#fallingBack)
      this.#notice('warn', `no connection to ${shownUrl(this.#options.url)}: ${reason}; trying again`);
    const wait = this.#fallingBack ? 0 : this.#backOff.next(performance.now(), Math.random());
    this.#fallingBack = false;
    this.#reconnect = setTimeout(() => {
      // With its own stores: without them it would forget what the broker has not acknowledged.
      client.reconnect({ incomingStore: client.incomingStore, outgoingStore: client.outgoingStore });
      hasten(client);
    }, wait);
  }

  /** What most often lies behind a broker that accepts a client and drops it at once, again and again. */
  #rivalry(): string {
    const { clientId } = this.#options;
    return `the broker ended the connection ${this.#cutShort} times soon after accepting it: if another engine uses the client id "${clientId}" too, give one of them an \`instance\` of its own`;
  }

  #onError(client: MqttClient, error: Error): void {
    this.#lastError = errorInWords(error);
    const code = 'code' in error ? error.code : undefined;
    if (
      this.#options.protocol === undefined &&
      client.options.protocolVersion === 5 &&
      VERSION_REFUSED.includes(code)
    ) {
      client.options.protocolVersion = 4;
      delete client.options.properties;
      this.#fallingBack = true;
      this.#notice('info', `${shownUrl(this.#options.url)} does not speak MQTT 5; going on with MQTT 3.1.1`);
    }
    // After a packet it cannot parse, MQTT.js would leave the connection open and deaf.
    client.stream.destroy();
  }

  #onMessage(client: MqttClient, packet: IPublishPacket, callback: (error?: Error) => void): void {
    const { topic, qos } = packet;
    if (this.#stopping !== undefined) {
      callback(ACKNOWLEDGED_LATER);
      return;
    }
    // Left over from a connection that is gone: MQTT.js would acknowledge it on the next one. The broker sends it again.
    if (qos > 0 && !client.connected) return;
    // For QoS 2 a later acknowledgement would guard nothing: MQTT.js told the broker PUBREC when the message arrived.
    const packetId = qos === 1 ? (packet.messageId ?? 0) : 0;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    if (this.#isWanted(packet, topic, payload))
      this.#inbox.add(deliveryOf(this.broker, packet, payload, packetId), packetId);
    else this.#inbox.skip(packetId);
    const readOn = packetId === 0 ? callback : () => callback(ACKNOWLEDGED_LATER);
    if (this.#inbox.isFull) this.#hold.withhold(client, readOn);
    else readOn();
  }

  #isWanted(packet: IPublishPacket, topic: string, payload: Buffer): boolean {
    if (this.#table.topicFault(topic) !== null) {
      this.#listener?.onDropped('invalid_topic');
      return false;
    }
    if (payload.length + topic.length > this.#limits.packetBytes) {
      this.#listener?.onDropped('packet_too_large');
      return false;
    }
    return this.#table.counts(topic, packet.properties?.subscriptionIdentifier, packet.retain);
  }

  #acknowledge(packetIds: readonly number[]): void {
    const client = this.#client;
    if (client === undefined || !client.connected || client.disconnecting) return;
    client.stream.write(pubacks(packetIds));
  }

  #say(client: MqttClient, status: 'online' | 'offline', done: () => void = () => {}): void {
    const topic = this.#options.statusTopic;
    if (topic === undefined) {
      done();
      return;
    }
    client.publish(topic, status, { qos: 1, retain: true }, (error) => {
      if (error !== undefined && error !== null)
        this.#notice('warn', `the status on ${topic} was refused: ${errorInWords(error)}`);
      done();
    });
  }

  #stop(graceMs: number, resolve: () => void): void {
    const client = this.#client;
    const wasConnected = this.#connected;
    clearTimeout(this.#reconnect);
    if (client === undefined) {
      resolve();
      return;
    }
    let over = false;
    const finish = (): void => {
      if (over) return;
      over = true;
      clearTimeout(deadline);
      this.#connected = false;
      this.#hold.forget();
      this.#outgoing?.stop();
      resolve();
    };
    const deadline = setTimeout(() => {
      client.end(true);
      client.stream.destroy();
      finish();
    }, graceMs);
    client.once('close', () => {
      client.end(true);
      finish();
    });
    this.#hold.readOn();
    if (!wasConnected) client.end(true, finish);
    else this.#outgoing?.onIdle(() => this.#say(client, 'offline', () => client.end(finish)));
  }

  #notice(level: 'info' | 'warn', message: string): void {
    // Once, not at every attempt.
    if (message === this.#lastNotice) return;
    this.#lastNotice = message;
    this.#listener?.onNotice(level, message);
  }
}

/** Without this, acknowledgements wait for the other side's delayed ACK: 31 000 QoS 1 messages a second at most. */
function hasten(client: MqttClient): void {
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
}
