import type { Envelope } from './event.ts';
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
    error: '',
    acted: false,
    woken: false,
    active: false,
    heldSince: NEVER,
  };
}
