/** Why an action that was due did not go out. */
export const SUPPRESSIONS = [
  'throttle',
  'debounce',
  'distinct',
  'sequence_full',
  'mode',
  'reload',
  'rate_limit',
  'shadow',
] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

/** What can go wrong for one rule and one message; the message goes on to the other rules. */
export const RULE_ERRORS = [
  'undecodable', // the payload is not what the rule's codec promises
  'unknown_key', // a part of `by` is unknown
  'key_too_long', // the parts of a key make more than 1024 characters
  'unknown_value', // a template needs a value that is unknown
  'bad_topic', // a rendered topic may not be published to
  'bad_request', // a rendered url or header may not be sent
  'too_large', // a rendered payload, topic or request is over its limit
  'too_many_hops', // a message has been through too many rules
  'too_many_keys', // `max_keys` reached: a new key is refused
  'too_many_elements', // `foreach` over a list beyond the limit
  'too_many_passes', // a loop of `do` beyond the limit
  'unknown_time', // the `time` of a window is unknown
  'future', // a message tells a time too far ahead of the clock (`skew`)
  'late', // a message whose windows have closed
  'window_full', // a window keeps as much as it may: the oldest messages made room
  'budget', // an expression went over its step, text or list limit
  'internal', // a mistake of ours
] as const;
export type RuleError = (typeof RULE_ERRORS)[number];

export const ACTION_TYPES = ['publish', 'alert', 'http', 'log'] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

/** `ok`: the broker or server has it; `error`: it could not be made or was refused; `dropped`: no room or no connection for it. */
export const ACTION_RESULTS = ['ok', 'error', 'dropped'] as const;
export type ActionResult = (typeof ACTION_RESULTS)[number];

/** What one rule has done since the engine started: plain counts, read by the metrics. */
export interface Tally {
  readonly evaluations: { true: number; false: number; unknown: number };
  fired: number;
  readonly suppressed: Record<Suppression, number>;
  readonly errors: Record<RuleError, number>;
  readonly actions: Record<ActionType, Record<ActionResult, number>>;
}

/** A tally at its beginning. */
export function emptyTally(): Tally {
  return {
    evaluations: { true: 0, false: 0, unknown: 0 },
    fired: 0,
    suppressed: { ...NO_SUPPRESSIONS },
    errors: { ...NO_ERRORS },
    actions: {
      publish: { ...NO_RESULTS },
      alert: { ...NO_RESULTS },
      http: { ...NO_RESULTS },
      log: { ...NO_RESULTS },
    },
  };
}

// Copied rather than filled name by name: a copy takes half the memory, and there is one for every rule.
const NO_SUPPRESSIONS = zeros(SUPPRESSIONS);
const NO_ERRORS = zeros(RULE_ERRORS);
const NO_RESULTS = zeros(ACTION_RESULTS);

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  const counts = {} as Record<K, number>; // Filled by the next line, for every K.
  for (const name of names) counts[name] = 0;
  return counts;
}
