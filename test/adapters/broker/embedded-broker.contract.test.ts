import { embeddedBroker } from '../../../src/adapters/broker/embedded-broker.ts';
import { transportContract } from '../../contracts/transport.ts';

transportContract('the embedded broker', async () => {
  const statusTopic = 'state/embedded';
  const limits = { messages: 20 };
  const transport = embeddedBroker({ name: 'default', host: '127.0.0.1', port: 0, statusTopic, limits });
  return {
    transport,
    highWater: 20,
    statusTopic,
    url: () => `mqtt://127.0.0.1:${transport.address()?.port}`,
    dispose: async () => {},
  };
});
