import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A port on which clients may come. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** No more clients; those that are connected stay. */
  close(): void;
}

/** Open a TCP port. Rejects with the system's Error (`EADDRINUSE`, `EACCES`, …) when it cannot be opened. */
export async function listenTcp(host: string, port: number, accept: (connection: Duplex) => void): Promise<Listener> {
  const server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    // Notices clients that vanished and had asked for no keepalive.
    socket.setKeepAlive(true, 60_000);
    accept(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // A TCP server has no other kind of address.
  return { host: address.address, port: address.port, close: () => void server.close() };
}
