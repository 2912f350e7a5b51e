import type { MqttClient } from 'mqtt';

/** Keeps MQTT.js from reading on: it waits for a callback of ours, and keeps the connection alive meanwhile. */
export class Hold {
  #readOn: (() => void) | undefined;
  #pinging: NodeJS.Timeout | undefined;

  withhold(client: MqttClient, readOn: () => void): void {
    this.#readOn = readOn;
    const everyMs = ((client.keepalive ?? 0) * 1000) / 2;
    if (everyMs === 0) return;
    // The broker's answers to our pings are not read meanwhile, and MQTT.js must not take that for its death.
    this.#pinging = setInterval(() => {
      client.sendPing();
      client.reschedulePing(true);
    }, everyMs);
  }

  readOn(): void {
    const readOn = this.#readOn;
    this.forget();
    readOn?.();
  }

  /** The connection is gone, and nothing waits any more. */
  forget(): void {
    this.#readOn = undefined;
    clearInterval(this.#pinging);
  }
}
