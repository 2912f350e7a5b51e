import type { MqttClient } from 'mqtt';

/**
 * Keeps the connection alive while nothing is read from it: the broker's answers to MQTT.js's pings are not read either,
 * and MQTT.js must not take that for its death.
 */
export class Hold {
  #pinging: NodeJS.Timeout | undefined;

  begin(client: MqttClient): void {
    const everyMs = ((client.keepalive ?? 0) * 1000) / 2;
    if (everyMs === 0 || this.#pinging !== undefined) return;
    this.#pinging = setInterval(() => {
      client.sendPing();
      client.reschedulePing(true);
    }, everyMs);
  }

  end(): void {
    clearInterval(this.#pinging);
    this.#pinging = undefined;
  }
}
