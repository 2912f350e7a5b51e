/** What the broker inside this process is told. */
export interface EmbeddedOptions {
  /** The broker's name in the configuration. */
  readonly name: string;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Holds `online` while the engine runs, and `offline` at its orderly end, retained. */
  readonly statusTopic: string;
  readonly limits?: Partial<EmbeddedLimits> | undefined;
}

/** What clients of the embedded broker may do and hold at the most. */
export interface EmbeddedLimits {
  readonly maxConnections: number;
  /** A client that announces a larger packet is closed before it can send it. */
  readonly maxPacketSizeBytes: number;
  /** How many retained messages are kept. */
  readonly maxRetained: number;
  /** At most 100, which is what aedes can match. */
  readonly maxTopicLevels: number;
  /** How long a client may take from opening a connection to its CONNECT. */
  readonly connectMs: number;
  /** How long a client may leave its messages unread before it is closed. */
  readonly drainMs: number;
  /** High-water marks: beyond so many messages, or bytes of payload, that the engine has not dealt with, publishers wait. */
  readonly messages: number;
  readonly bytes: number;
}

/** What holds where the configuration says nothing else. */
export const DEFAULT_EMBEDDED_LIMITS: EmbeddedLimits = {
  maxConnections: 1_000,
  maxPacketSizeBytes: 1024 * 1024,
  maxRetained: 100_000,
  maxTopicLevels: 100,
  connectMs: 5_000,
  drainMs: 10_000,
  messages: 10_000,
  bytes: 64 * 1024 * 1024,
};
