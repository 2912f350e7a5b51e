/**
 * What an expression can see while it runs. The machine owns one and refills it for every message, so evaluating
 * allocates nothing. The machine's own scope has more fields; expressions reach those through `Environment.name`.
 */
export interface LogicScope {
  /** The data that plain names are fields of: the payload. */
  payload: unknown;
  /** The time that lengths of time are measured by: epoch milliseconds, which never go back. */
  now: number;
  /** How far the wall clock is ahead of it: 0 until that is set. */
  wallAhead: number;
  /** The element under an iterator, by depth of nesting: `items[0]` belongs to the outermost. */
  readonly items: unknown[];
  /** Iterator steps left for this message. */
  steps: number;
}

/** What the wall clock says: the time to show and to reckon the calendar with. Epoch milliseconds. */
export function wallTime({ now, wallAhead }: LogicScope): number {
  return now + wallAhead;
}

/** An expression compiled to a closure. `null` is unknown; it never answers undefined, NaN or an infinity. */
export type Getter<S extends LogicScope = LogicScope> = (scope: S) => unknown;
