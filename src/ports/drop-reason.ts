/** Why messages are dropped before a rule sees them, or after one has acted. */
export const DROP_REASONS = [
  'inbox_full',
  'oversize',
  'offline',
  'outbox_full',
  'http_queue_full',
  'http_stopped',
  'invalid_topic',
  'packet_too_large',
  'retained_limit',
  'lookup_undecodable',
  'lookup_full',
  'lookup_budget',
  'lookup_internal',
] as const;
/** Why a message or request was dropped: the `reason` of the counter. */
export type DropReason = (typeof DROP_REASONS)[number];

/** Nothing dropped: every reason at 0. */
export function noDrops(): Record<DropReason, number> {
  return Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>; // Of every reason.
}
