import { mqttTransport } from '../../src/adapters/mqtt/transport.ts';

// A program that connects, says online, and stays until it is killed: node --import tsx status-client.ts <url> <topic>
const [url = '', statusTopic = ''] = process.argv.slice(2);
const nothing = (): void => {};
await mqttTransport({ name: 'default', url, clientId: 'to-be-killed', statusTopic }).start({
  onBatch: (_deliveries, acknowledge) => acknowledge(),
  onConnected: nothing,
  onDisconnected: nothing,
  onNotice: nothing,
  onDropped: nothing,
});
