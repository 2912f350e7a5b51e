import type { AlertState } from '../effect.ts';

/** A step in the public life of an alert: what is to be told of it. Times are epoch milliseconds, or NEVER. Plain JSON. */
export interface Announcement {
  readonly state: AlertState;
  readonly severity: string | null;
  readonly acknowledged: boolean;
  readonly since: number;
  readonly firedAt: number;
  readonly resolvedAt: number;
  /** Where it is published: settled by the first of an episode. Null as long as it is not known, and for nowhere. */
  topic: string | null;
  /** It has gone out. */
  sent: boolean;
}
