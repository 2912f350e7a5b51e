import type { MessageProperties } from '../core/effect.ts';
import type { QoS, TopicNote } from '../core/event.ts';
import type { DropReason } from './drop-reason.ts';

export type { MessageProperties };

/** Bytes where they came in, a part of what was read from the network: a view for each message would cost more than the rest. */
export interface Span {
  readonly chunk: Buffer;
  readonly start: number;
  readonly end: number;
  /** `end - start`. */
  readonly length: number;
}

/** The bytes of a message. */
export type Payload = Uint8Array | Span;

/** A message as it came from a broker, before anything is decoded. */
export interface Delivery {
  readonly broker: string;
  readonly topic: string;
  /** Its topic, if the transport knows that again. It is of this broker. */
  readonly known?: TopicNote | null;
  readonly payload: Payload;
  readonly qos: QoS;
  readonly retained: boolean;
  /** The broker says it may have sent it before. */
  readonly duplicate: boolean;
  /** Its packet id, by which the broker sends it again to the same session until it is acknowledged; none for QoS 0. */
  readonly packetId?: number | undefined;
  readonly properties: MessageProperties | undefined;
}

/** A message to publish. The topic has been validated. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties: MessageProperties | undefined;
}

/** A topic filter to subscribe to, without named wildcards, with the QoS asked for. */
export interface Subscription {
  readonly filter: string;
  readonly qos: QoS;
}

/** A filter that the broker refused. */
export interface Refusal {
  readonly filter: string;
  readonly reason: string;
}

/** Told by a transport what comes from its broker, and how the connection is. */
export interface TransportListener {
  /**
   * A chunk of messages in order of arrival, handed over synchronously. The listener calls `acknowledge` once, when all
   * of them are dealt with; until then the transport keeps them unacknowledged and, beyond its high-water mark, stops
   * reading. Acknowledging a chunk of a connection that is gone does nothing.
   */
  onBatch(deliveries: readonly Delivery[], acknowledge: () => void): void;
  /**
   * Connected, and told the broker so. `resumed`: it has kept the session of the connection before, with what was under
   * way in it.
   */
  onConnected(resumed: boolean): void;
  /** Not connected any more. */
  onDisconnected(reason: string): void;
  /** Something a person should see: a refused connection, a fall-back to MQTT 3.1.1. */
  onNotice(level: 'info' | 'warn' | 'error', message: string): void;
  /** A message was dropped before it became a delivery: it is counted by this reason. */
  onDropped(reason: DropReason): void;
}

/**
 * A connection to one broker.
 *
 * `start` begins connecting and goes on for ever with back-off; it resolves at once for a broker elsewhere and, for the
 * embedded one, when its ports are open (rejecting when they cannot be). Publishing while not connected is the caller's
 * mistake: it asks `connected` first. `publish` never throws; `done` is called for each publication exactly once, when
 * the broker has it (QoS 0: when it is handed to the socket, which may be before `publish` returns) or with the reason why
 * not. A transport never delivers one
 * message twice because two of its subscriptions overlap.
 */
export interface Transport {
  /** The broker's name in the configuration; `default` for the one called `broker`. */
  readonly broker: string;
  readonly connected: boolean;
  start(listener: TransportListener): Promise<void>;
  /**
   * Make these the subscriptions, all of them. New ones are sent in this turn; ones no longer wanted are given up once
   * the new ones are granted. Resolves with the filters refused; rejects never: while not connected it resolves at once
   * with none, and subscribes at each connect. `refused` is always the latest answer. Filters in `refresh` are
   * subscribed to anew although they were before, so that their retained messages come again, for rules that are new.
   */
  setSubscriptions(subscriptions: readonly Subscription[], refresh?: readonly string[]): Promise<readonly Refusal[]>;
  readonly refused: readonly Refusal[];
  /** Whether the broker has answered for every subscription on this connection, granting or refusing it. */
  readonly subscribed: boolean;
  /** Publish a batch in order, in as few writes as it can. */
  publish(publications: readonly Publication[], done: (index: number, error: Error | null) => void): void;
  /**
   * While `isOn`, reading does not stop at the high-water mark, so that the broker's answers to what was published come
   * through. Beyond the mark messages of QoS 0 are dropped (`inbox_full`); others are taken, up to three times the mark.
   */
  answersFirst(isOn: boolean): void;
  /** Break the connection, which is of no use for this reason, and connect anew. */
  renew(reason: string): void;
  /** Say `offline` on the status topic, disconnect, and resolve when closed. Within `graceMs`, then by force. */
  stop(graceMs: number): Promise<void>;
}
