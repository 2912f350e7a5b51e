/** A place in a file. Lines and columns count from 1. `length` is in characters of that line. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A user's mistake: where it is, what it is, and what to do. Collected and shown all at once, never thrown. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly severity: 'error' | 'warning';
  /** Stable and kebab-case: `unknown-key`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}
