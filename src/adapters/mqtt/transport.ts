import { performance } from 'node:perf_hooks';
import type { IPublishPacket, MqttClient } from 'mqtt';
import type { Publication, Refusal, Subscription, Transport, TransportListener } from '../../ports/transport.ts';
import { BackOff } from './back-off.ts';
import { clientOptions, shownUrl } from './client-options.ts';
import { Hold } from './hold.ts';
import { Inbox } from './inbox.ts';
import { laneClient } from './lane-client.ts';
import { DEFAULT_MQTT_LIMITS, type MqttLimits, type MqttOptions } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { PacketIds } from './packet-ids.ts';
import { fromPacket } from './properties.ts';
import type { LaneOwner, PublishLane } from './publish-lane.ts';
import { errorInWords, reasonInWords, VERSION_REFUSED } from './reason.ts';
import { Rivalry } from './rivalry.ts';
import { sayStatus } from './status.ts';
import { Subscriber } from './subscriber.ts';
import { SubscriptionTable, type Identifiers } from './subscription-table.ts';
import type { InboundPublish } from './wire/publish-reader.ts';
import type { KnownTopic } from './wire/topic-names.ts';

/** A connection to a broker elsewhere, through MQTT.js. Throws an Error if its URL is not one of a broker. */
export function mqttTransport(options: MqttOptions): Transport {
  const limits = { ...DEFAULT_MQTT_LIMITS, ...options.limits };
  clientOptions(options, limits);
  return new MqttTransport(options, limits);
}

class MqttTransport implements Transport {
  readonly broker: string;
  readonly #options: MqttOptions;
  readonly #limits: MqttLimits;
  readonly #table = new SubscriptionTable();
  readonly #subscriber = new Subscriber(this.#table);
  readonly #inbox: Inbox;
  readonly #hold = new Hold();
  readonly #rivalry: Rivalry;
  readonly #backOff: BackOff;
  #client: MqttClient | undefined;
  /** Of the latest connection. */
  #lane: PublishLane | undefined;
  /** MQTT.js waits to hand over the next message of QoS 2. */
  #readOn: (() => void) | undefined;
  #outgoing: Outgoing | undefined;
  #answersFirst = false;
  #listener: TransportListener | undefined;
  #connected = false;
  /** The broker has accepted CONNECT. */
  #established = false;
  #stopping: Promise<void> | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #lastError: string | undefined;
  #lastNotice: string | undefined;
  #fallingBack = false;
  #connectedAt = 0;

  constructor(options: MqttOptions, limits: MqttLimits) {
    this.broker = options.name;
    this.#options = options;
    this.#limits = limits;
    this.#backOff = new BackOff(limits.reconnectMinMs, limits.reconnectMaxMs);
    this.#rivalry = new Rivalry(options.clientId);
    this.#inbox = new Inbox(limits.messages, limits.bytes, {
      deliver: (deliveries, acknowledge) => {
        if (this.#stopping === undefined) this.#listener?.onBatch(deliveries, acknowledge);
      },
      acknowledge: (packetIds) => this.#lane?.acknowledge(packetIds),
      onRoom: () => this.#goOnReading(),
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
    const packetIds = new PacketIds();
    const options = { ...clientOptions(this.#options, this.#limits), messageIdProvider: packetIds };
    const client = laneClient(
      this.broker,
      options,
      this.#limits.packetBytes,
      this.#laneOwner(),
      (lane) => (this.#lane = lane),
      this.#options.open,
    );
    this.#outgoing = new Outgoing(client, packetIds);
    client.handleMessage = (packet, callback) => this.#onQos2(packet, callback);
    client.on('packetreceive', (packet) => {
      // Before `connect`, MQTT.js sends again what was not acknowledged, and that may be what breaks the connection.
      if (packet.cmd === 'connack') this.#established = (packet.reasonCode ?? packet.returnCode) === 0;
    });
    client.on('connect', (connack) => this.#onConnect(client, connack.sessionPresent));
    client.on('close', () => this.#onClose(client));
    client.on('error', (error) => this.#onError(client, error));
    client.on('disconnect', (packet) => {
      this.#lastError = `the broker ended it: ${reasonInWords(packet.reasonCode ?? 0)}`;
    });
    client.connect();
    this.#client = client;
  }

  setSubscriptions(all: readonly Subscription[], refresh: readonly string[] = []): Promise<readonly Refusal[]> {
    return this.#subscriber.set(all, refresh);
  }

  publish(publications: readonly Publication[], done: (index: number, error: Error | null) => void): void {
    if (this.#outgoing !== undefined && this.#stopping === undefined) this.#outgoing.publish(publications, done);
    else process.nextTick(() => publications.forEach((_, index) => done(index, new Error('not connected'))));
  }

  answersFirst(isOn: boolean): void {
    this.#answersFirst = isOn;
    if (isOn) this.#goOnReading();
  }

  renew(reason: string): void {
    this.#lastError = reason;
    this.#client?.stream.destroy();
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= new Promise((resolve) => this.#stop(graceMs, resolve));
    return this.#stopping;
  }

  #laneOwner(): LaneOwner {
    return {
      onPublish: (message) => this.#onPublish(message),
      onOversized: (packetId) => {
        this.#listener?.onDropped('packet_too_large');
        this.#inbox.skip(packetId);
      },
      onPuback: (acknowledged) => this.#outgoing?.acknowledged(acknowledged) ?? false,
      onSuback: (acknowledged) => this.#subscriber.onSuback(acknowledged),
      onBatchEnd: () => {
        this.#inbox.handOver();
        this.#outgoing?.goOn();
      },
      onWritten: () => this.#outgoing?.written(),
      isHeldUp: () => this.#outgoing?.isHeldUp ?? false,
    };
  }

  #onConnect(client: MqttClient, resumed: boolean): void {
    if (this.#stopping !== undefined) return;
    this.#connected = true;
    this.#lastError = this.#lastNotice = undefined;
    this.#connectedAt = performance.now();
    this.#backOff.connected(this.#connectedAt);
    this.#subscriber.connected(client, client.options.protocolVersion ?? 4);
    // Behind the SUBSCRIBE packets: who sees `online` is heard.
    this.#say(client, 'online');
    if (this.#lane !== undefined) this.#outgoing?.connected(this.#lane, resumed);
    this.#listener?.onConnected(resumed);
  }

  #onClose(client: MqttClient): void {
    const wasConnected = this.#connected;
    const reason = this.#lastError ?? 'the broker closed the connection';
    const rivalry = wasConnected ? this.#rivalry.ended(performance.now() - this.#connectedAt) : null;
    this.#connected = false;
    this.#lastError = undefined;
    this.#hold.end();
    this.#readOn = undefined;
    this.#inbox.connectionLost();
    this.#outgoing?.disconnected(this.#established);
    this.#established = false;
    this.#subscriber.disconnected();
    if (this.#stopping !== undefined) return;
    if (wasConnected) this.#listener?.onDisconnected(reason);
    if (rivalry !== null) this.#listener?.onNotice('warn', rivalry);
    else if (!this.#fallingBack)
      this.#notice('warn', `no connection to ${shownUrl(this.#options.url)}: ${reason}; trying again`);
    const wait = this.#fallingBack ? 0 : this.#backOff.next(performance.now(), Math.random());
    this.#fallingBack = false;
    this.#reconnect = setTimeout(() => {
      // With its own stores: without them it would forget what the broker has not acknowledged.
      client.reconnect({ incomingStore: client.incomingStore, outgoingStore: client.outgoingStore });
    }, wait);
  }

  #onError(client: MqttClient, error: Error): void {
    this.#lastError = errorInWords(error);
    const isRefused = 'code' in error && VERSION_REFUSED.includes(error.code);
    if (isRefused && this.#options.protocol === undefined && client.options.protocolVersion === 5) {
      client.options.protocolVersion = 4;
      delete client.options.properties;
      this.#fallingBack = true;
      this.#notice('info', `${shownUrl(this.#options.url)} does not speak MQTT 5; going on with MQTT 3.1.1`);
    }
    // After a packet it cannot parse, MQTT.js would leave the connection open and deaf.
    client.stream.destroy();
  }

  /** Whether there may be more now. */
  #onPublish(message: InboundPublish): boolean {
    // Not acknowledged: a broker that keeps the session sends it to the next one.
    if (this.#stopping !== undefined) return true;
    const { topic, known, retained, packetId = 0, identifiers } = message;
    if (!this.#isWanted(topic, identifiers, retained, known)) this.#inbox.skip(packetId);
    else if (this.#answersFirst && packetId === 0 && this.#inbox.isFull) this.#listener?.onDropped('inbox_full');
    else this.#inbox.add(message, packetId);
    return !this.#holdIfFull();
  }

  /** A later acknowledgement would guard nothing: MQTT.js told the broker PUBREC when the message arrived. */
  #onQos2({ topic, payload, qos, retain, dup, properties, messageId = 0 }: IPublishPacket, readOn: () => void): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const identifiers = properties?.subscriptionIdentifier;
    if (bytes.length + topic.length > this.#limits.packetBytes) this.#listener?.onDropped('packet_too_large');
    else if (this.#stopping === undefined && this.#isWanted(topic, identifiers, retain, null)) {
      const flags = { qos, retained: retain, duplicate: dup, packetId: undefined };
      this.#inbox.add({ broker: this.broker, topic, payload: bytes, ...flags, properties: fromPacket(properties) }, 0);
      this.#inbox.handOver();
    }
    // It has been taken: not to be handed over again if the connection breaks before MQTT.js may go on.
    this.#client?.incomingStore.del({ messageId }, () => {});
    if (this.#holdIfFull()) this.#readOn = readOn;
    else readOn();
  }

  #isWanted(topic: string, identifiers: Identifiers, retained: boolean, known: KnownTopic | null): boolean {
    const verdict = this.#table.verdict(topic, identifiers, retained, known);
    if (verdict === 'invalid') this.#listener?.onDropped('invalid_topic');
    return verdict === 'deliver';
  }

  #holdIfFull(): boolean {
    if (!this.#inbox.isFull || (this.#answersFirst && !this.#inbox.isOverfull)) return false;
    if (this.#client !== undefined) this.#hold.begin(this.#client);
    return true;
  }

  #goOnReading(): void {
    this.#hold.end();
    const readOn = this.#readOn;
    this.#readOn = undefined;
    readOn?.();
    this.#lane?.readOn();
  }

  #say(client: MqttClient, status: 'online' | 'offline', done?: () => void): void {
    sayStatus(client, this.#options.statusTopic, status, (message) => this.#notice('warn', message), done);
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
      this.#hold.end();
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
    this.#goOnReading();
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
