import { request as requestPlain, STATUS_CODES, type Agent, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { HttpEffect } from '../../core/effect.ts';
import { isRefused, RefusedAddress } from './address-guard.ts';

/** What came of sending a request once. */
export type Answer =
  | {
      readonly type: 'status';
      readonly status: number;
      readonly words: string;
      readonly retryAfter: string | undefined;
    }
  | {
      readonly type: 'failure';
      readonly error: Error;
      /** The connection had served before, and was closed. */
      readonly isStale: boolean;
    };

/** How a request goes out. */
export interface Way {
  /** The pool of connections; false for one of its own. */
  readonly agent: Agent | false;
  readonly lookup: LookupFunction;
  readonly userAgent: string;
}

/** Codes of errors that say the connection is no more. */
const CLOSED: readonly unknown[] = ['ECONNRESET', 'EPIPE'];

/** Bytes: headers of an answer that are longer are a failure, and of the rest no more is read. */
const MAX_HEADERS = 16 * 1024;
const MAX_BODY = 64 * 1024;

/**
 * Send a request once, and read the answer to its end, so that the connection can serve again. Never rejects. When the
 * answer has begun, it counts, whatever becomes of the rest. Aborting the signal ends it, with the signal's reason.
 */
export function exchange(effect: HttpEffect, { agent, lookup, userAgent }: Way, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const url = new URL(effect.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // Of an address nothing is looked up.
    if (isIP(host) !== 0 && isRefused(host)) {
      resolve({ type: 'failure', error: new RefusedAddress(host), isStale: false });
      return;
    }
    const { method } = effect;
    const body = effect.body === undefined ? undefined : Buffer.from(effect.body);
    const send = url.protocol === 'https:' ? requestSecure : requestPlain;
    const headers = headersOf(effect, body, userAgent);
    const request = send(url, { method, headers, agent, lookup, signal, maxHeaderSize: MAX_HEADERS });
    let answer: Answer | null = null;
    request.on('response', (response) => {
      answer = answerOf(response);
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BODY) response.destroy();
      });
      response.on('error', () => {}); // It is cut off, and has said enough.
    });
    request.on('error', (error) => {
      const reason: unknown = signal.reason;
      const failure = signal.aborted && reason instanceof Error ? reason : error;
      const isStale = request.reusedSocket && 'code' in error && CLOSED.includes(error.code);
      answer ??= { type: 'failure', error: failure, isStale };
    });
    // It always comes, and last; alone when a server has switched protocols unasked.
    request.on('close', () => {
      resolve(answer ?? { type: 'failure', error: new Error('the server has ended the connection'), isStale: false });
    });
    request.end(body);
  });
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  const words = `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim();
  return { type: 'status', status: statusCode, words, retryAfter: headers['retry-after'] };
}

/**
 * Values go out as UTF-8, which Node does not send of itself: it takes a header for a text of bytes. (And writes it
 * together with a body that is a text, in the encoding of that.)
 */
function headersOf({ headers }: HttpEffect, body: Buffer | undefined, userAgent: string): Record<string, string> {
  const sent = Object.create(null) as Record<string, string>; // Typed as any.
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  if (!names.has('user-agent')) sent['User-Agent'] = userAgent;
  if (!names.has('accept')) sent['Accept'] = '*/*';
  for (const [name, value] of Object.entries(headers)) sent[name] = Buffer.from(value).toString('latin1');
  if (body !== undefined) sent['Content-Length'] = String(body.length);
  return sent;
}
