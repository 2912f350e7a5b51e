import type { Position, Problem } from './problem.ts';

/** An error at a place. */
export function problemAt(file: string, at: Position, code: string, message: string, hint?: string): Problem {
  const { line, column, length } = at;
  const problem = { file, line, column, length, severity: 'error', code, message } as const;
  return hint === undefined ? problem : { ...problem, hint };
}
