/** How the bytes of a payload are read. `auto` is JSON if it parses, else text. */
export type Codec = 'auto' | 'json' | 'text' | 'number' | 'cbor' | 'msgpack' | 'base64';

/** Every codec, the one that needs no naming first. */
export const CODECS: readonly Codec[] = ['auto', 'json', 'text', 'number', 'cbor', 'msgpack', 'base64'];

/** What `decode` answers when the bytes are not what the codec promises. No payload can be this value. */
export const UNDECODABLE: unique symbol = Symbol('undecodable');

/** How often a message arrives: 0 at most once, 1 at least once, 2 exactly once. */
export type QoS = 0 | 1 | 2;

/** How a message came. */
export interface Manner {
  /** The name of the broker it came from. */
  readonly broker: string;
  readonly qos: QoS;
  /** Delivered as retained: it says what was, not what happens. */
  readonly retained: boolean;
  /** How many rules a message has been through already (`automate-hops`). */
  readonly hops: number;
  /** MQTT 5 user properties. A null-prototype mapping. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What is known of a message besides its payload: what rules remember of one. Times are epoch milliseconds. */
export interface Envelope extends Manner {
  readonly topic: string;
  /** Arrival; it never goes back from one event to the next. */
  readonly at: number;
}

/**
 * A topic that whoever brings the messages knows again, with room to note what it leads to: who has noted that, and what
 * it is. It spares looking up the topic of each message, which among very many topics takes long.
 */
export interface TopicNote {
  by: unknown;
  found: unknown;
}

/** One MQTT message as the machine sees it. */
export interface Event extends Envelope {
  /** Null where the topic is not known. */
  readonly known: TopicNote | null;
  /** The payload has no bytes. */
  readonly empty: boolean;
  /** The payload as JSON data, decoded at most once for each codec, or UNDECODABLE. Never throws. */
  decode(codec: Codec): unknown;
}
