import { STATUS_CODES } from 'node:http';
import { fastify, type FastifyInstance } from 'fastify';
import { errorOf } from '../../core/caught.ts';
import { guard, type GuardOptions } from './guard.ts';
import { PROBLEM_TYPE, problemDetails, sendProblem } from './problem-details.ts';

/** Whom a server lets in, and who is told of a mistake of ours. */
export interface SecuredServerOptions extends GuardOptions {
  readonly onError?: ((error: Error) => void) | undefined;
}

/** No answer is stored or guessed at, runs anything, or is shown inside another site's page. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** A server without routes yet, that turns away whoever may not ask, asks too much, or takes too long. */
export function securedServer(options: SecuredServerOptions): FastifyInstance {
  const server = fastify({
    logger: false,
    bodyLimit: 4 * 1024,
    keepAliveTimeout: 5_000,
    requestTimeout: 10_000,
    connectionTimeout: 60_000, // Without a byte in either direction; longer than any answer takes to begin.
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 8 * 1024 },
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(rawAnswer(error.code));
      else socket.destroy();
    },
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply.headers(HEADERS), error.statusCode ?? 400, error.message);
    },
  });
  server.server.maxConnections = 256;

  const denial = guard(options);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const denied = denial(request);
    if (denied !== undefined) return await sendProblem(reply.headers(denied.headers), denied.status, denied.detail);
  });

  // No route reads a body. Any is taken, so that every client can send what it always sends, and thrown away.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));

  server.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (error instanceof Error && status >= 400 && status < 500) return sendProblem(reply, status, error.message);
    options.onError?.(errorOf(error));
    return sendProblem(reply, 500, 'Something is wrong in this program. Its log says more.');
  });
  return server;
}

/** For what is no HTTP request, or does not become one in time. */
function rawAnswer(code: string): string {
  const [status, detail] = CLIENT_ERRORS[code] ?? [400, 'This is not an HTTP request.'];
  const body = problemDetails(status, detail);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
};
