import type { Envelope } from './event.ts';

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
