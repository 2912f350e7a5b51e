import type { MqttClient } from 'mqtt';
import { errorInWords } from './reason.ts';

/** Say on a topic, retained, whether we are there; `refused` is told why the broker does not want to hear it. */
export function sayStatus(
  client: MqttClient,
  topic: string | undefined,
  status: 'online' | 'offline',
  refused: (message: string) => void,
  done: () => void = () => {},
): void {
  if (topic === undefined) {
    done();
    return;
  }
  client.publish(topic, status, { qos: 1, retain: true }, (error) => {
    if (error !== undefined && error !== null) refused(`the status on ${topic} was refused: ${errorInWords(error)}`);
    done();
  });
}
