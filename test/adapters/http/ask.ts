import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Application } from '../../../src/adapters/http/application.ts';
import { httpServer, type HttpServerOptions } from '../../../src/adapters/http/server.ts';
import { fixedApplication } from './fixed-application.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export type Ask = (path: string, question?: Question) => Promise<Answer>;

/** A server on a free port, and how to ask it something with any headers. */
export async function serving(
  application: Partial<Application> = {},
  options: Partial<HttpServerOptions> = {},
): Promise<{ url: string; ask: Ask; port: number }> {
  const server = httpServer({ host: '127.0.0.1', port: 0, ...options }, fixedApplication(application));
  const { url } = await server.start();
  onTestFinished(() => server.stop());
  const port = Number(new URL(url).port);
  return { url, port, ask: (path, question) => ask(port, path, question) };
}

function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    asking.on('error', reject).end(body);
  });
}

/** Send bytes as they are; resolves with everything that came back before the server closed. */
export function send(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}
