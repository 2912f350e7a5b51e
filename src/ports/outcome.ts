import type { DropReason } from './drop-reason.ts';

/** What became of a message or request: it is done, has failed for a reason in words, or was dropped. */
export type Outcome =
  | { readonly type: 'ok' }
  | { readonly type: 'error'; readonly reason: string }
  | { readonly type: 'dropped'; readonly reason: DropReason };

/** Done: one for all, as most are. */
export const OK: Outcome = { type: 'ok' };
