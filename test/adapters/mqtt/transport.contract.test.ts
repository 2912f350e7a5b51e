import { describe } from 'vitest';
import { mqttTransport } from '../../../src/adapters/mqtt/transport.ts';
import { startMosquitto } from '../../peers/mosquitto.ts';
import { needs } from '../../peers/needs.ts';
import { type Side, transportContract } from '../../contracts/transport.ts';

describe.skipIf(!needs('mosquitto'))('against mosquitto (Debian package `mosquitto`)', () => {
  for (const protocol of [5, 4] as const) {
    transportContract(`a client of MQTT ${protocol === 5 ? '5' : '3.1.1'}`, () => makeSide(protocol));
  }
});

async function makeSide(protocol: 4 | 5): Promise<Side> {
  const mosquitto = await startMosquitto();
  const statusTopic = 'state/client';
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const limits = { messages: 10 };
  const transport = mqttTransport({ name: 'plant', url, clientId: 'automate', protocol, statusTopic, limits });
  return { transport, highWater: 10, statusTopic, url: () => url, dispose: mosquitto.stop };
}
