import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request as a server sees it, and the means to answer it. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Which connection it came by, from 1. */
  readonly connection: number;
  readonly response: ServerResponse;
}

type Behaviour = (heard: Heard) => void;

/** A web server on loopback that keeps what it is sent, and does with it what the test says. It ends with the test. */
export class WebServer {
  readonly heard: Heard[] = [];
  /** What to do with a request: by default it is accepted. */
  answer: Behaviour = accept;
  /** The most requests that were unanswered at a time. */
  most = 0;
  readonly #server: Server;
  #open = 0;
  #connections = new Map<unknown, number>();
  #onHeard: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response));
  }

  static async start(server = createServer()): Promise<WebServer> {
    const web = new WebServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => web.stop());
    return web;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // A TCP server has no other kind of address.
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The bodies so far. */
  get bodies(): string[] {
    return this.heard.map(({ body }) => body);
  }

  /** Resolves with the n-th request (from 1) when it is there. */
  async hears(count: number): Promise<Heard> {
    while (this.heard.length < count) await new Promise<void>((resolve) => this.#onHeard.push(resolve));
    return this.heard[count - 1] as Heard; // Just looked.
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.most = Math.max(this.most, ++this.#open);
    response.on('close', () => this.#open--);
    const connection = this.#connections.get(request.socket) ?? this.#connections.size + 1;
    this.#connections.set(request.socket, connection);
    const body = await text(request);
    const heard = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      connection,
      response,
    };
    this.heard.push(heard);
    this.answer(heard);
    for (const tell of this.#onHeard.splice(0)) tell();
  }
}

export function accept({ response }: Heard): void {
  response.end('ok');
}

/** Answers with these statuses and headers, one after the other; the last goes on. */
export function answering(...answers: (number | [number, Readonly<Record<string, string>>])[]): Behaviour {
  let next = 0;
  return ({ response }) => {
    const answer = answers[Math.min(next++, answers.length - 1)] ?? 200;
    const [status, headers] = typeof answer === 'number' ? [answer, {}] : answer;
    response.writeHead(status, headers).end('an answer');
  };
}
