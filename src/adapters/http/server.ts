import type { AddressInfo } from 'node:net';
import { messageOf } from '../../core/caught.ts';
import { urlOf } from './addresses.ts';
import type { Application } from './application.ts';
import { refuseOpenDoor, type GuardOptions } from './guard.ts';
import { addRoutes } from './routes.ts';
import { securedServer } from './secured-server.ts';

/** Where a server listens, whom it lets in, and who is told of a mistake of ours. */
export interface HttpServerOptions extends GuardOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** Told of a mistake of ours while answering; the client only learns that there was one. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A server that listens from `start` to `stop`. */
export interface HttpServer {
  /** Resolves when it listens; rejects with what to do when it cannot. */
  start(): Promise<{ readonly url: string }>;
  /** Finishes the answers it is giving, within a second, and resolves when everything is closed. */
  stop(): Promise<void>;
}

/** The engine's face to people, probes and Prometheus. Throws if other machines could reach it without a token. */
export function httpServer(options: HttpServerOptions, application: Application): HttpServer {
  refuseOpenDoor(options);
  const server = securedServer(options);
  addRoutes(server, application);
  return {
    start: async () => {
      try {
        // Under that name it would listen at two addresses, and only one of them could be closed by force.
        await server.listen({ host: options.host === 'localhost' ? '127.0.0.1' : options.host, port: options.port });
      } catch (error) {
        throw new Error(cannotListen(options, error), { cause: error });
      }
      // Neither null nor the name of a pipe: it listens on a port.
      const { port } = server.server.address() as AddressInfo;
      return { url: urlOf(options.host, port) };
    },
    stop: async () => {
      const force = setTimeout(() => server.server.closeAllConnections(), 1_000);
      await server.close();
      clearTimeout(force);
    },
  };
}

function cannotListen({ host, port }: HttpServerOptions, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = `The HTTP server cannot listen on ${urlOf(host, port)}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${where}: another program uses that port. Stop it, or choose another port.`;
    case 'EACCES':
      return `${where}: that port needs privileges. Choose one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${where}: this machine does not have that address.`;
    default:
      return `${where}: ${messageOf(error)}`;
  }
}
