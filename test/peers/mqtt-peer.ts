import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type IConnackPacket, type Packet, generate, parser } from 'mqtt-packet';

/** A hand-made broker of one client at a time: it says what a test tells it to, and nothing else. */
export interface MqttPeer {
  readonly port: number;
  /** Every packet received, of all connections. */
  readonly received: Packet[];
  /** Resolves with the n-th packet of a kind (from 1), counted over all connections. */
  receives<C extends Packet['cmd']>(cmd: C, n?: number): Promise<Extract<Packet, { cmd: C }>>;
  send(packet: Packet): void;
  sendBytes(bytes: Uint8Array): void;
  /** Break the connection. */
  drop(): void;
  stop(): Promise<void>;
}

/** Start one. It answers CONNECT by `connack`, SUBSCRIBE by granting what was asked unless `suback` says otherwise. */
export async function startMqttPeer(
  options: {
    readonly connack?: Partial<IConnackPacket>;
    readonly suback?: ((filter: string) => number) | 'never';
    readonly puback?: number;
  } = {},
): Promise<MqttPeer> {
  const received: Packet[] = [];
  const arrivals = new EventEmitter();
  let socket: Socket | undefined;
  const send = (packet: Packet): void => void socket?.write(generate(packet, { protocolVersion: 5 }));
  const answer = (packet: Packet): void => {
    if (packet.cmd === 'connect') send({ cmd: 'connack', reasonCode: 0, sessionPresent: false, ...options.connack });
    if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' });
    if (packet.cmd === 'subscribe' && options.suback !== 'never') {
      const { suback } = options;
      const granted = packet.subscriptions.map(({ topic, qos }) => suback?.(topic) ?? qos);
      send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted });
    }
    if (packet.cmd === 'unsubscribe')
      send({ cmd: 'unsuback', messageId: packet.messageId ?? 0, granted: packet.unsubscriptions.map(() => 0) });
    const status = packet.cmd === 'publish' && packet.topic === 'status';
    if (packet.cmd === 'publish' && packet.qos === 1 && (status || options.puback !== undefined)) {
      send({ cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: status ? 0 : (options.puback ?? 0) });
    }
  };
  const server = createServer((client) => {
    socket = client;
    const reading = parser({ protocolVersion: 5 });
    reading.on('packet', (packet) => {
      received.push(packet);
      answer(packet);
      arrivals.emit('packet');
    });
    client.on('data', (data) => reading.parse(data));
    client.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // A TCP server has no other kind of address.
    received,
    receives: async <C extends Packet['cmd']>(cmd: C, n = 1) => {
      for (;;) {
        const found = received.filter((packet): packet is Extract<Packet, { cmd: C }> => packet.cmd === cmd)[n - 1];
        if (found !== undefined) return found;
        await once(arrivals, 'packet');
      }
    },
    send,
    sendBytes: (bytes) => void socket?.write(bytes),
    drop: () => socket?.destroy(),
    stop: async () => {
      socket?.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
