import type { HttpEffect } from '../../../src/core/effect.ts';
import type { Outcome } from '../../../src/ports/outcome.ts';
import type { HttpSender } from '../../../src/ports/http-sender.ts';

/** A request, with what a rule usually gives it. */
export function request(url: string, more: Partial<HttpEffect> = {}): HttpEffect {
  return {
    type: 'http',
    rule: 'r',
    key: '-',
    at: 0,
    url: new URL(url).href,
    shown: url,
    method: 'POST',
    headers: {},
    body: undefined,
    timeoutMs: 10_000,
    retries: 0,
    ...more,
  };
}

/** `ok`, or what became of it and why. */
export function resultOf(sender: HttpSender, effect: HttpEffect): Promise<string> {
  return new Promise((resolve) => sender.send(effect, (_, outcome) => resolve(inShort(outcome))));
}

export function inShort(outcome: Outcome): string {
  return outcome.type === 'ok' ? 'ok' : `${outcome.type}: ${outcome.reason}`;
}
