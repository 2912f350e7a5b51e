import type { Receipt, Sent } from './sent.ts';

/** What a rule waits for: that something holds for a while, or that nothing comes for a while. */
export type VigilKind = 'hold' | 'absent';

/** The messages of one topic that a rule watches. The payload of one that starts the wait is its place, from 1 on; one that ends it is 0. */
export interface Vigil {
  readonly kind: VigilKind;
  readonly name: string;
  readonly messages: Sent[];
}

/** How long each kind waits in milliseconds, and where its messages come and go. */
export const LENGTHS: Readonly<Record<VigilKind, { ms: number; in: string; out: string }>> = {
  hold: { ms: 5000, in: 'hold/', out: 'out/hold/' },
  absent: { ms: 8000, in: 'beat/', out: 'out/gone/' },
};

/**
 * What is wrong with what a rule did, or null. When the engine has dealt with a message is known only within limits: after
 * it was sent and before it was acknowledged. What it did in between is checked as far as that goes.
 */
export function vigilFault({ kind, messages }: Vigil, acts: readonly Receipt[]): string | null {
  const { ms } = LENGTHS[kind];
  for (const [i, message] of messages.entries()) {
    if (message.payload === '0') continue;
    const of = acts.filter(({ payload }) => payload.startsWith(`${message.payload} `));
    const [act] = of;
    if (of.length > 1) return `acted ${of.length} times on ${message.payload}`;
    const next = messages[i + 1];
    if (act === undefined) {
      if (isDue(message, next, ms)) return `did not act on ${message.payload}`;
      continue;
    }
    const { sent } = message;
    const { moment, payload } = act;
    const held = Number(payload.split(' ')[1]);
    if (!(held >= ms)) return `acted when ${message.payload} had lasted ${held} ms`;
    if (sent.isSettled && moment.deaths === sent.deaths && held !== ms)
      return `was late on ${message.payload}: after ${held} ms`;
    if (moment.leaps === sent.leaps && moment.at - sent.at < ms) {
      return `acted on ${message.payload} ${moment.at - sent.at} ms after it was sent`;
    }
    const end = next?.acknowledged ?? null;
    if (end !== null && end.leaps === sent.leaps && end.at - sent.at < ms) {
      return `acted on ${message.payload}, which ended after ${end.at - sent.at} ms at most`;
    }
  }
  const stray = acts.find(({ payload }) => !messages.some((message) => payload.startsWith(`${message.payload} `)));
  return stray === undefined ? null : `acted with ${stray.payload}`;
}

/** Whether it must have acted: nothing ended it, or did when it had long been time, and no process died meanwhile. */
function isDue({ sent, acknowledged, mayBeLost }: Sent, next: Sent | undefined, ms: number): boolean {
  if (mayBeLost) return false;
  if (next === undefined) return true;
  return (
    sent.isSettled &&
    acknowledged !== null &&
    next.acknowledged?.deaths === sent.deaths &&
    next.sent.at - acknowledged.at > ms
  );
}
