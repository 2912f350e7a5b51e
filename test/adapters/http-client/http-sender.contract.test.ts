import { onTestFinished } from 'vitest';
import { httpSender } from '../../../src/adapters/http-client/http-sender.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { MemoryHttpSender } from '../../../src/testing/memory-http-sender.ts';
import { httpSenderContract } from '../../contracts/http-sender.ts';
import { accept, answering, WebServer, type Heard } from './web-server.ts';

httpSenderContract('the client', async () => {
  const server = await WebServer.start();
  const limits = { inFlight: 2, perServer: 2, queue: 3, queueBytes: 1_000_000 };
  const sender = httpSender(new ManualClock(), { limits });
  onTestFinished(async () => void (await sender.stop(0)));
  const held: Heard[] = [];
  return {
    sender,
    url: server.url,
    received: () => server.bodies,
    receives: async (count) => void (await server.hears(count)),
    hold: () => (server.answer = (heard) => held.push(heard)),
    release: () => {
      server.answer = accept;
      held.splice(0).forEach(accept);
    },
    refuse: () => (server.answer = answering(400)),
  };
});

httpSenderContract('the one in memory', async () => {
  const sender = new MemoryHttpSender({ inFlight: 2, queue: 3 });
  return {
    sender,
    url: 'http://127.0.0.1',
    received: () => sender.sent.map(({ body }) => body ?? ''),
    receives: async () => {},
    hold: () => (sender.holding = true),
    release: () => {
      sender.holding = false;
      sender.answer();
    },
    refuse: () => (sender.failure = 'refused'),
  };
});
