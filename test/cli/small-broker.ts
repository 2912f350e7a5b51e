import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type AedesPublishPacket } from 'aedes';

/** A broker of MQTT 3.1.1 on a free port of this machine, and what was published on it. */
export interface SmallBroker {
  readonly port: number;
  readonly aedes: Aedes;
  readonly published: AedesPublishPacket[];
  /** Resolves when a client has subscribed. */
  subscribed(): Promise<void>;
  /** Resolves when a client has published. */
  received(): Promise<void>;
  /** Cut every connection. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startBroker(options: AedesOptions = {}): Promise<SmallBroker> {
  const aedes = await Aedes.createBroker(options);
  const published: AedesPublishPacket[] = [];
  const arrivals = new EventEmitter();
  aedes.on('publish', (packet, client) => {
    if (client === null) return;
    published.push(packet);
    arrivals.emit('message');
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server has no other kind of address.
  const cut = (): void => sockets.forEach((socket) => void socket.destroy());
  return {
    port,
    aedes,
    published,
    subscribed: async () => void (await once(aedes, 'subscribe')),
    received: async () => void (await once(arrivals, 'message')),
    cut,
    stop: async () => {
      cut();
      server.close();
      await once(server, 'close');
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}
