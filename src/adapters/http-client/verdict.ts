import { RefusedAddress } from './address-guard.ts';
import { waitAfter, waitAskedFor } from './back-off.ts';
import type { Answer } from './exchange.ts';

/** What an answer means: done, not to be done, or to be tried again after a while if the rule allows. */
export type Verdict =
  | { readonly type: 'ok' }
  | { readonly type: 'error'; readonly reason: string }
  | { readonly type: 'again'; readonly reason: string; readonly waitMs: number };

/** Judge the answer to the n-th attempt (from 1), when the wall clock says `now`. `random` is in [0, 1). */
export function verdictOf(answer: Answer, attempt: number, now: number, random: number): Verdict {
  const waitMs = waitAfter(attempt, random);
  if (answer.type === 'failure') {
    const reason = reasonOf(answer.error);
    return answer.error instanceof RefusedAddress ? { type: 'error', reason } : { type: 'again', reason, waitMs };
  }
  const { status, words, retryAfter } = answer;
  if (status >= 200 && status < 300) return { type: 'ok' };
  if (status >= 300 && status < 400)
    return { type: 'error', reason: `the server answered ${words}, and redirects are not followed` };
  const reason = `the server answered ${words}`;
  if (status !== 429 && status < 500) return { type: 'error', reason };
  return { type: 'again', reason, waitMs: Math.max(waitMs, waitAskedFor(retryAfter, now)) };
}

/** The most telling text of an error: that of several addresses has none of its own, and some have only a code. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return reasonOf(error.errors[0]);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
