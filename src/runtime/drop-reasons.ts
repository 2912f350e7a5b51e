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
