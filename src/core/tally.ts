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
/** The `reason` under which it is counted. */
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
/** The `reason` under which it is counted. */
export type RuleError = (typeof RULE_ERRORS)[number];

/** What a rule can do that others see, and that is counted. */
export const ACTION_TYPES = ['publish', 'alert', 'http', 'log'] as const;
/** The `type` under which an action is counted. */
export type ActionType = (typeof ACTION_TYPES)[number];

/** `ok`: the broker or server has it; `error`: it could not be made or was refused; `dropped`: no room or no connection for it. */
export const ACTION_RESULTS = ['ok', 'error', 'dropped'] as const;
/** The `result` under which an action is counted. */
export type ActionResult = (typeof ACTION_RESULTS)[number];

type Evaluations = Readonly<{ true: number; false: number; unknown: number }>;
type Suppressions = Readonly<Record<Suppression, number>>;
type Errors = Readonly<Record<RuleError, number>>;
type Actions = Readonly<Record<ActionType, Readonly<Record<ActionResult, number>>>>;

/**
 * What one rule has done since the engine started: counts, read by the metrics. There is one for every rule, and most
 * rules never count most of it: what nothing was counted of takes no memory.
 */
export class Tally {
  #true = 0;
  #false = 0;
  #unknown = 0;
  #fired = 0;
  #published = 0;
  #suppressed: Record<Suppression, number> | null = null;
  #errors: Record<RuleError, number> | null = null;
  #actions: Record<ActionType, Record<ActionResult, number>> | null = null;

  get evaluations(): Evaluations {
    return { true: this.#true, false: this.#false, unknown: this.#unknown };
  }

  get fired(): number {
    return this.#fired;
  }

  get suppressed(): Suppressions {
    return this.#suppressed ?? NO_SUPPRESSIONS;
  }

  get errors(): Errors {
    return this.#errors ?? NO_ERRORS;
  }

  get actions(): Actions {
    const actions = this.#actions ?? NO_ACTIONS;
    return this.#published === 0 ? actions : { ...actions, publish: { ...actions.publish, ok: this.#published } };
  }

  /** The condition was looked at; null is unknown. */
  evaluated(result: boolean | null, count = 1): void {
    if (result === null) this.#unknown += count;
    else if (result) this.#true += count;
    else this.#false += count;
  }

  fire(count = 1): void {
    this.#fired += count;
  }

  suppress(reason: Suppression, count = 1): void {
    if (count > 0) (this.#suppressed ??= { ...NO_SUPPRESSIONS })[reason] += count;
  }

  fail(reason: RuleError, count = 1): void {
    if (count > 0) (this.#errors ??= { ...NO_ERRORS })[reason] += count;
  }

  act(type: ActionType, result: ActionResult, count = 1): void {
    if (count === 0) return;
    if (type === 'publish' && result === 'ok') this.#published += count;
    else (this.#actions ??= noActions())[type][result] += count;
  }

  /** Add every count of another. */
  add({ evaluations, fired, suppressed, errors, actions }: Tally): void {
    this.evaluated(true, evaluations.true);
    this.evaluated(false, evaluations.false);
    this.evaluated(null, evaluations.unknown);
    this.fire(fired);
    for (const reason of SUPPRESSIONS) this.suppress(reason, suppressed[reason]);
    for (const reason of RULE_ERRORS) this.fail(reason, errors[reason]);
    for (const type of ACTION_TYPES) for (const result of ACTION_RESULTS) this.act(type, result, actions[type][result]);
  }
}

const NO_SUPPRESSIONS = zeros(SUPPRESSIONS);
const NO_ERRORS = zeros(RULE_ERRORS);
const NO_RESULTS = zeros(ACTION_RESULTS);
const NO_ACTIONS = noActions();

function noActions(): Record<ActionType, Record<ActionResult, number>> {
  return { publish: { ...NO_RESULTS }, alert: { ...NO_RESULTS }, http: { ...NO_RESULTS }, log: { ...NO_RESULTS } };
}

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  const counts = {} as Record<K, number>; // Filled by the next line, for every K.
  for (const name of names) counts[name] = 0;
  return counts;
}
