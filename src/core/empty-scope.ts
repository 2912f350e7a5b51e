import { NO_EVENT } from './no-event.ts';
import type { RunningRule } from './running-rule.ts';
import type { Scope } from './scope.ts';
import { NEVER } from './stage.ts';

const NONE: readonly never[] = [];

/** A scope before its first message, with all its fields, so that every message finds the same shape. */
export function emptyScope(): Scope {
  return {
    payload: null,
    now: 0,
    wallAhead: 0,
    items: [null, null, null], // As deep as iterators may nest.
    steps: 0,
    event: NO_EVENT,
    manner: NO_EVENT,
    rule: '',
    slot: -1,
    topics: NONE,
    ports: [],
    inputs: [],
    updatedAt: [],
    captures: [],
    message: null,
    key: '',
    live: true,
    previous: null,
    lets: [],
    letCount: 0,
    memory: [],
    assigned: [],
    lastKnown: [],
    measured: [],
    measuredCount: 0,
    inputCount: 0,
    window: null,
    gathered: [],
    aggregates: [],
    aggregateCount: 0,
    boundsAhead: 0,
    leaving: false,
    reached: null,
    told: Number.NaN,
    tables: new Map(),
    awaited: null,
    timedOut: null,
    error: '',
    acted: false,
    woken: false,
    active: false,
    heldSince: NEVER,
    severity: null,
  };
}

/** Fill the scope with what depends on the rule and its key alone. `steps` are those that it may take. */
export function beginScope(scope: Scope, { id, slot, topics, plan }: RunningRule, key: string, steps: number): void {
  scope.rule = id;
  scope.slot = slot;
  scope.topics = topics;
  scope.key = key;
  scope.steps = steps;
  scope.previous = null;
  scope.letCount = plan.letCount;
  scope.measuredCount = plan.measuredCount;
  scope.inputCount = plan.inputCount;
  scope.active = false;
  scope.heldSince = NEVER;
  scope.window = null;
  scope.aggregateCount = 0;
  scope.leaving = false;
  scope.reached = null;
  scope.severity = null;
  scope.awaited = null;
  scope.timedOut = null;
}

/** Fill the scope for what acts though no message has come. */
export function withoutMessage(scope: Scope): void {
  scope.event = NO_EVENT;
  scope.captures = NONE;
  scope.ports = NONE;
  scope.payload = null;
  scope.message = null;
  scope.live = true;
  scope.woken = true;
}

/** Fill the scope where a message is looked at before the key and all that it remembers. */
export function withoutState(scope: Scope): void {
  scope.lets.fill(null);
  scope.memory.fill(null);
  scope.inputs.fill(null);
  scope.lastKnown.fill(null);
  scope.measured.fill(undefined);
}
