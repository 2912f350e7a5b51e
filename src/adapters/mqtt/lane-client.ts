import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { type LaneOwner, PublishLane, TOPIC_ALIASES } from './publish-lane.ts';
import { TopicNames } from './wire/topic-names.ts';

/** Of a client of MQTT.js what is private by its type alone: the only way to have the lane and not open sockets ourselves. */
interface Opener {
  streamBuilder: (client: MqttClient) => Duplex;
}

/**
 * MQTT.js with a lane between it and each of its sockets, which MQTT.js itself opens (TCP, TLS or WebSocket) unless `open`
 * does. It does not connect before `connect()`. `onLane` is given the lane of each new connection.
 */
export function laneClient(
  broker: string,
  options: IClientOptions,
  maxBytes: number,
  owner: LaneOwner,
  onLane: (lane: PublishLane) => void,
  open?: () => Duplex,
): MqttClient {
  const properties = { ...options.properties, topicAliasMaximum: TOPIC_ALIASES };
  const client = mqtt.connect({
    ...options,
    ...(options.protocolVersion === 5 ? { properties } : {}),
    manualConnect: true,
  });
  const opener = client as unknown as Opener;
  const byUrl = opener.streamBuilder;
  const topics = new TopicNames();
  opener.streamBuilder = (self) => {
    const socket = open === undefined ? byUrl(self) : open();
    // Without this, acknowledgements wait for the other side's delayed ACK: 31 000 QoS 1 messages a second at most.
    if (socket instanceof Socket) socket.setNoDelay(true);
    // The client falls back to 3.1.1 by connecting again.
    const connection = { broker, version: self.options.protocolVersion ?? 4, topics };
    const lane = new PublishLane(socket, owner, connection, maxBytes);
    onLane(lane);
    return lane;
  };
  return client;
}
