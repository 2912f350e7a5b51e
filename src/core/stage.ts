import type { Action, ActionEffect, ActionFailure, Assignment } from './action.ts';
import type { Announcement } from './alert/announcement.ts';
import type { Branch } from './branch.ts';
import type { Scope } from './scope.ts';
import type { RuleError, Suppression } from './tally.ts';
import type { Arrived } from './waits.ts';

/** No timer pending. A plain number, so that state survives JSON (Infinity would become null). */
export const NEVER: number = Number.MAX_SAFE_INTEGER;

/** Where a stage sends what it has decided. One instance serves the machine. */
export interface Out {
  /** What the rule is about to do: set by the stage that decides. */
  branch: Branch | null;
  /** What that renders to, if a stage had to look: then nothing is rendered twice. */
  rendered: readonly (ActionEffect | ActionFailure)[] | null;
  /** What is to be told of the rule's alert: later stages do not hold it back. */
  announcement: Announcement | null;
  /** Go on to the next stage of this rule; after the last one the rule acts. */
  pass(scope: Scope): void;
  /** The condition was looked at; null is unknown. */
  evaluated(result: boolean | null): void;
  /** What was due is held back, and why. */
  suppressed(reason: Suppression): void;
  /** Something went wrong, and what it happened to goes no further: it is counted and told. */
  fail(reason: RuleError, message: string): void;
  /** Do what a branch says at once, without the later stages. */
  perform(branch: Branch, scope: Scope): void;
  /** What is rendered is held back: the actions that failed are counted and given to `on_error` nevertheless. */
  failures(scope: Scope): void;
  /** The actions that have failed and have yet to be given to the script of `on_error`: why, as text. */
  readonly failed: string[];
  /** Do one step of a script: assign, then act. `isLast`: what fails here is not given to `on_error`. */
  performStep(actions: readonly Action[], set: readonly Assignment[], isLast: boolean, scope: Scope): void;
  /** An expression threw, and what it was for ends. */
  caught(error: unknown): void;
}

/** Where a level is. */
export type Phase = 'idle' | 'pending' | 'active';

/** Whether what the rule is about to do sends nothing: then there is nothing to hold back, and nothing to remember. */
export function sendsNothing({ branch }: Out): boolean {
  return branch === null || (branch.actions.length === 0 && branch.script === null);
}

/**
 * One step of a rule: a reducer over the state of one key.
 *
 * For each message the machine shows every stage's state to the expressions (`expose`), runs the chain (`onEvent`) and,
 * only when nothing threw, lets every stage remember (`keep`). So a message changes all of a cell's state or none of it.
 * State is plain JSON and belongs to the stage, which may change it in place: what `keep` answers is the state from then
 * on. Time is `scope.now`; a deadline is a field of the state, reported by `wakeAt`.
 *
 * When a deadline is due, every state is shown, `onWake` runs with `scope.now` at the deadline, and every stage may
 * remember. It must move its deadline on, whatever the later stages do: what they throw does not come back to it.
 */
export interface Stage<S = unknown> {
  readonly kind: string;
  /** Changes when old state can no longer be understood: reload keeps state while kind and shape stay equal. */
  readonly shape: string;
  /** False if there is nothing to remember; then `init` answers null and the rule may need no cell. */
  readonly stateful: boolean;
  /**
   * It may pass on any number of results for one message. Each is a run of the later stages of its own: they are shown
   * their state anew, remember after it, and what they throw ends that result only.
   */
  readonly splits?: true;
  /** Its deadlines are due before the messages of their millisecond; others are due after them. */
  readonly wakesFirst?: true;
  /** It begins what follows the actions, so that what is done without the later stages goes through it all the same. */
  readonly acts?: true;
  init(): S;
  expose?(state: S, scope: Scope): void;
  onEvent(state: S, scope: Scope, out: Out): void;
  keep?(state: S, scope: Scope): S;
  /** The next deadline, or NEVER. */
  wakeAt?(state: S): number;
  onWake?(state: S, scope: Scope, out: Out): void;
  /** How many scripts are at work in it, or wait for their turn. */
  atWork?(state: S): number;
  /** The messages it waits for by inputs of kind `await`, by what they go by. One stage of a rule has this. */
  waits?(state: S): readonly string[];
  /** Such a message has come, by each way in which it does. The scope has its envelope. It must not pass. */
  onAwaited?(state: S, arrived: readonly Arrived[], scope: Scope, out: Out): void;
  /** A message of this key came that the rule does not evaluate; it tells a time, which is `scope.told`. */
  onRefused?(state: S, scope: Scope, out: Out): void;
  /** Where keys share event time: the event time at which it is due, or NEVER. */
  endsAt?(state: S): number;
  /** Where its level is; a cell is not dropped while one is pending or active, or a deadline is waited for. */
  phase?(state: S): Phase;
  /** A message came on this topic, which is one that may acknowledge an alert of the rule. */
  onAck?(state: S, topic: string, scope: Scope, out: Out): void;
  /** The state is given up, because the rule is gone or has become another: the last that is told of its alert. */
  onRemove?(state: S, scope: Scope, out: Out): void;
  /** Nobody was there for a while, up to `now`: what was about to be, because it had been so for a time, begins anew. */
  doubt?(state: S, now: number): S;
  /** Begin to wait for a key that has had no message, at `now`; the key stands for these captures. */
  seed?(state: S, now: number, captures: readonly (string | null)[]): S;
}
