import type { Duplex } from 'node:stream';

/** What it takes to be a client of one broker: plain values, with files already read. */
export interface MqttOptions {
  /** The broker's name in the configuration. */
  readonly name: string;
  /** mqtt, mqtts, tcp, ssl, tls, ws or wss. A user and password in it count unless given below. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  /** Default true. */
  readonly rejectUnauthorized?: boolean | undefined;
  readonly clientId: string;
  /** Absent: MQTT 5, and 3.1.1 from the moment the broker refuses that. */
  readonly protocol?: 5 | 4 | undefined;
  /** Default true: the broker forgets us when the connection ends. */
  readonly clean?: boolean | undefined;
  /** How long the broker keeps the session of a client that is not clean. MQTT 5 only; on 3.1.1 the broker decides. */
  readonly sessionExpirySeconds?: number | undefined;
  /** Default 30; 0 is none. */
  readonly keepaliveSeconds?: number | undefined;
  /** Holds `online` while connected and `offline` else, retained. Absent: nothing is said, and there is no last will. */
  readonly statusTopic?: string | undefined;
  readonly limits?: Partial<MqttLimits> | undefined;
  /** Opens each connection. Absent: as the URL says. */
  readonly open?: (() => Duplex) | undefined;
}

/** What a client takes in before it stops reading, and how long it waits. */
export interface MqttLimits {
  /** High-water marks: beyond so many messages, or bytes of payload, handed over and not acknowledged, nothing is read. */
  readonly messages: number;
  readonly bytes: number;
  /** A message that takes more on the wire, behind the length in front, is dropped. */
  readonly packetBytes: number;
  /** The first wait before connecting again, and the longest. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** How long a broker may take to accept a connection. */
  readonly connectMs: number;
}

/** What holds unless an option says otherwise. */
export const DEFAULT_MQTT_LIMITS: MqttLimits = {
  messages: 10_000,
  bytes: 64 * 1024 * 1024,
  packetBytes: 16 * 1024 * 1024,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
  connectMs: 15_000,
};
