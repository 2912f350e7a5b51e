import { lookup as systemLookup } from 'node:dns';
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { HttpEffect } from '../../core/effect.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpSender } from '../../ports/http-sender.ts';
import { guardedLookup } from './address-guard.ts';
import { exchange, type Answer } from './exchange.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { RequestQueue } from './queue.ts';
import { verdictOf } from './verdict.ts';

/** What a sender of requests can be given: each part has a default. */
export interface HttpSenderOptions {
  readonly limits?: HttpLimits;
  readonly userAgent?: string;
  /** In [0, 1). */
  readonly random?: () => number;
  /** How names become addresses. */
  readonly lookup?: LookupFunction;
}

/** How long a connection is kept for the next request. Shorter than servers do, so that it is not closed just then. */
const IDLE_MS = 4_000;

/** Sends requests with Node's own client. `clock` is for the waits between attempts, its wall for dates of servers. */
export function httpSender(clock: Clock, options: HttpSenderOptions = {}): HttpSender {
  const { limits = HTTP_LIMITS, userAgent = 'automate', random = Math.random, lookup = systemLookup } = options;
  const pool = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: limits.perServer };
  const plain = new Agent(pool);
  const secure = new SecureAgent(pool);
  const guarded = guardedLookup(lookup);
  const once = async (effect: HttpEffect, signal: AbortSignal): Promise<Answer> => {
    const alone = { agent: false, lookup: guarded, userAgent } as const;
    // A connection that served before may be closed at this very moment, so what must not be sent twice has its own.
    if (effect.retries === 0) return exchange(effect, alone, signal);
    const agent = effect.url.startsWith('https:') ? secure : plain;
    const answer = await exchange(effect, { ...alone, agent }, signal);
    return answer.type === 'failure' && answer.isStale ? exchange(effect, alone, signal) : answer;
  };
  const queue = new RequestQueue(clock, limits, async (effect, attempt, ending) => {
    const { timeoutMs } = effect;
    const timer = setTimeout(() => ending.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const answer = await once(effect, ending.signal);
    clearTimeout(timer);
    return verdictOf(answer, attempt, clock.wall(), random());
  });
  return {
    send: (effect, done) => queue.send(effect, done),
    get size() {
      return queue.size;
    },
    stop: async (graceMs) => {
      const left = await queue.stop(graceMs);
      plain.destroy();
      secure.destroy();
      return left;
    },
  };
}
