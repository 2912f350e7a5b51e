import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Application } from './application.ts';
import { sendProblem } from './problem-details.ts';
import { rulesAsJson } from './rules.ts';
import { sendAs } from './send.ts';
import { shownState } from './state.ts';
import { PAGE_POLICY, statusPage } from './status-page.ts';
import { counted } from './words.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>;
}

/** Everything that can be asked for; the rest is answered with an error that says what could be. */
export function addRoutes(server: FastifyInstance, application: Application): void {
  const routes = routesOf(application);
  for (const { method, path, answer } of routes) server.route({ method, url: path, handler: answer });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*$/s, '');
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method);
    if (allowed.length === 0) return sendProblem(reply, 404, `There is nothing at ${path}.`);
    const methods = allowed.includes('GET') ? ['GET', 'HEAD'] : allowed;
    return sendProblem(reply.header('allow', methods.join(', ')), 405, `${path} is for ${methods.join(' and ')} only.`);
  });
}

function routesOf(application: Application): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/',
      answer: (_request, reply) =>
        sendAs(
          reply.header('content-security-policy', PAGE_POLICY),
          200,
          'text/html; charset=utf-8',
          statusPage(application.status(), application.ready().ready),
        ),
    },
    {
      method: 'GET',
      path: '/metrics',
      answer: async (request, reply) => {
        const { contentType, body } = await application.metrics(request.headers.accept);
        return sendAs(reply, 200, contentType, body);
      },
    },
    { method: 'GET', path: '/healthz', answer: (_request, reply) => sendJson(reply, 200, { status: 'ok' }) },
    {
      method: 'GET',
      path: '/readyz',
      answer: (_request, reply) => {
        const readiness = application.ready();
        return sendJson(reply, readiness.ready ? 200 : 503, readiness);
      },
    },
    {
      method: 'GET',
      path: '/api/state',
      answer: async (request, reply) => {
        const query = new URLSearchParams(/\?(.*)$/s.exec(request.url)?.[1] ?? '');
        return sendJson(reply, 200, await shownState(application, query.get('rule'), query.get('key')));
      },
    },
    {
      method: 'GET',
      path: '/api/rules',
      answer: (_request, reply) => reply.type('application/json').send(Readable.from(rulesAsJson(application.rules()))),
    },
    {
      method: 'POST',
      path: '/api/reload',
      answer: async (_request, reply) => {
        const outcome = await application.reload();
        if (outcome.ok) return sendJson(reply, 200, outcome);
        const { problems } = outcome;
        const detail = `The rules that ran before run on: ${counted(problems.length, 'problem')} in the new ones.`;
        return sendProblem(reply, 400, detail, { problems });
      },
    },
  ];
}

function sendJson(reply: FastifyReply, status: number, value: unknown): FastifyReply {
  return sendAs(reply, status, 'application/json', JSON.stringify(value));
}
