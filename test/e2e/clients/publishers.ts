import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connectAsync } from 'mqtt';
import type { Certificates } from '../../peers/certificates.ts';
import { environment } from '../command.ts';

/** How a client gets into a broker on this machine. */
export interface Door {
  readonly port: number;
  readonly user?: { readonly name: string; readonly password: string };
  readonly tls?: Certificates;
}

export interface Outgoing {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
}

/** A client of somebody else's that publishes these messages and resolves when the broker has them. */
export type Publish = (door: Door, messages: readonly Outgoing[]) => Promise<void>;

/** Eclipse Paho, from Debian's Python. `version`: 4 is MQTT 3.1.1. */
export function paho(version: 4 | 5): Publish {
  return async ({ port, user, tls }, messages) => {
    const job = {
      port,
      version,
      messages,
      ...(user === undefined ? {} : { username: user.name, password: user.password }),
      ...(tls === undefined
        ? {}
        : { ca: tls.path('ca.crt'), cert: tls.path('client.crt'), key: tls.path('client.key') }),
    };
    await run('/usr/bin/python3', [join(import.meta.dirname, 'paho_publish.py')], JSON.stringify(job));
  };
}

/** mosquitto_pub, once for each message. */
export const mosquittoPub: Publish = async ({ port, user, tls }, messages) => {
  const secure =
    tls === undefined
      ? []
      : ['--cafile', tls.path('ca.crt'), '--cert', tls.path('client.crt'), '--key', tls.path('client.key')];
  const known = user === undefined ? [] : ['-u', user.name, '-P', user.password];
  const where = ['-h', tls === undefined ? '127.0.0.1' : 'localhost', '-p', String(port), ...known, ...secure];
  for (const { topic, payload, qos } of messages) {
    await run('mosquitto_pub', [...where, '-t', topic, '-m', payload, '-q', String(qos)], '');
  }
};

/** MQTT.js. */
export const mqttJs: Publish = async ({ port, user, tls }, messages) => {
  const client = await connectAsync({
    protocol: tls === undefined ? 'mqtt' : 'mqtts',
    host: 'localhost',
    port,
    reconnectPeriod: 0,
    ...(user === undefined ? {} : { username: user.name, password: user.password }),
    ...(tls === undefined ? {} : { ca: tls.read('ca.crt'), cert: tls.read('client.crt'), key: tls.read('client.key') }),
  });
  for (const { topic, payload, qos } of messages) await client.publishAsync(topic, payload, { qos });
  await client.endAsync();
};

async function run(program: string, words: readonly string[], input: string): Promise<void> {
  const child = spawn(program, words, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {}); // It may have ended without reading; its exit code says how.
  child.stdin.end(input);
  const [stderr] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`${program} ended with ${child.exitCode}: ${stderr}`);
}
