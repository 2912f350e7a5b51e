import { traceOf } from './caught.ts';

/** What to say of a mistake of ours. */
export function internal(error: unknown): string {
  return `internal error: ${traceOf(error)}`;
}
