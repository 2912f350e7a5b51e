/**
 * What an expression can see while it runs. The machine owns one and refills it for every message, so evaluating
 * allocates nothing. The machine's own scope has more fields; expressions reach those through `Environment.name`.
 */
export interface LogicScope {
  /** The data that plain names are fields of: the payload. */
  payload: unknown;
  /** Epoch milliseconds. */
  now: number;
  /** The element under an iterator, by depth of nesting: `items[0]` belongs to the outermost. */
  readonly items: unknown[];
  /** Iterator steps left for this message. */
  steps: number;
}

/** An expression compiled to a closure. `null` is unknown; it never answers undefined, NaN or an infinity. */
export type Getter<S extends LogicScope = LogicScope> = (scope: S) => unknown;
