import type { Event } from './event.ts';
import type { Scope } from './scope.ts';

const NO_EVENT: Event = {
  broker: '',
  topic: '',
  at: 0,
  qos: 0,
  retained: false,
  hops: 0,
  properties: {},
  empty: true,
  decode: () => null,
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
    captures: [],
    message: null,
    key: '',
    live: true,
    previous: null,
    lets: [],
    memory: [],
    assigned: [],
    lastKnown: [],
    measured: [],
    tables: new Map(),
    error: '',
    acted: false,
  };
}
