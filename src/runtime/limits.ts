import type { MachineLimits } from '../core/limits.ts';
import type { InboxLimits } from './inbox.ts';
import type { OutboxLimits } from './outbox.ts';

/** What an engine may take and hold at the most. */
export interface EngineLimits {
  readonly machine: MachineLimits;
  readonly inbox: InboxLimits;
  readonly outbox: OutboxLimits;
  /** Larger payloads are dropped. */
  readonly payloadBytes: number;
}
