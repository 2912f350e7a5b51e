import type { Envelope } from './event.ts';
import type { Rule } from './rule.ts';
import type { Scope } from './scope.ts';
import { NEVER } from './stage.ts';

/** Stands where there is no message: before the first, and where there has been none. */
export const NO_EVENT: Envelope = {
  broker: '',
  topic: '',
  at: 0,
  qos: 0,
  retained: false,
  hops: 0,
  properties: {},
};

/** A scope before its first message, with all its fields, so that every message finds the same shape. */
export function emptyScope(): Scope {
  return {
    payload: null,
    now: 0,
    items: [null, null, null], // As deep as iterators may nest.
    steps: 0,
    event: NO_EVENT,
    rule: '',
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
    tables: new Map(),
    awaited: null,
    timedOut: null,
    error: '',
    acted: false,
    woken: false,
    active: false,
    heldSince: NEVER,
  };
}

/** Fill in what depends on the rule and the key alone. */
export function aboutRule(scope: Scope, { id, letCount, measuredCount }: Rule, key: string, steps: number): void {
  scope.rule = id;
  scope.key = key;
  scope.steps = steps;
  scope.previous = null;
  scope.letCount = letCount;
  scope.measuredCount = measuredCount;
  scope.active = false;
  scope.heldSince = NEVER;
  scope.awaited = null;
  scope.timedOut = null;
}

/** There is no message: a timer acts. */
export function withoutMessage(scope: Scope): void {
  scope.event = NO_EVENT;
  scope.captures = NO_CAPTURES;
  scope.payload = null;
  scope.message = null;
  scope.live = true;
  scope.woken = true;
}

const NO_CAPTURES: readonly string[] = [];
