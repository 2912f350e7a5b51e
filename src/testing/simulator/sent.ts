import type { Message } from './session.ts';

/** A moment of a run. */
export interface Moment {
  /** Of a clock that nobody sets. Milliseconds. */
  readonly at: number;
  /** How many processes have died. */
  readonly deaths: number;
  /** How many processes have begun with another idea of the time than the one before. */
  readonly leaps: number;
  /** Nothing waits any more for what is so now: see Settling. */
  readonly isSettled: boolean;
}

/** A message that was sent to the engine. */
export interface Sent extends Message {
  readonly sent: Moment;
  /** When the broker was told that it is dealt with. */
  acknowledged: Moment | null;
  /** The broker, the network or the client library may have lost it, as MQTT allows. */
  mayBeLost: boolean;
}

/** A message that the engine published, when it was here first. */
export interface Receipt {
  readonly topic: string;
  readonly payload: string;
  readonly moment: Moment;
}
