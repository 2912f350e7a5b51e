import { recall, type Moment } from '../moment.ts';
import type { Scope } from '../scope.ts';
import type { Out } from '../stage.ts';

/** What comes out of a window. */
export interface WindowResult {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** What the aggregating functions gathered. */
  readonly values: readonly unknown[];
  /** The window's latest message, which names mean; null where the scope is filled with it. */
  readonly latest: Moment | null;
  /** It is to be acted on. */
  readonly live: boolean;
  /** It is of what has left a sliding window. */
  readonly leaving: boolean;
}

/** Hand a result on to the later stages. Afterwards the scope is filled with the window's latest message. */
export function passResult(result: WindowResult, scope: Scope, out: Out): void {
  const { live } = scope;
  if (result.latest !== null) recall(result.latest, scope);
  const { start, end, count } = result;
  scope.window = { start: start + scope.boundsAhead, end: end + scope.boundsAhead, count };
  scope.gathered = result.values;
  scope.live = result.live;
  scope.leaving = result.leaving;
  out.pass(scope);
  scope.window = null;
  scope.gathered = NOTHING;
  scope.aggregateCount = 0;
  scope.live = live;
  scope.leaving = false;
}

const NOTHING: readonly unknown[] = [];
