import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MqttOptions } from '../../../src/adapters/mqtt/options.ts';
import { mqttTransport } from '../../../src/adapters/mqtt/transport.ts';
import type { Transport } from '../../../src/ports/transport.ts';
import { publication } from '../../contracts/transport.ts';
import { type Certificates, makeCertificates } from '../../peers/certificates.ts';
import { Listening } from '../../peers/listening.ts';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '../../peers/mosquitto.ts';
import { needs, needsPython } from '../../peers/needs.ts';
import { bytesOf } from '../../../src/runtime/payload-bytes.ts';

const run = promisify(execFile);

const PAHO = `
import sys, paho.mqtt.client as paho
client = paho.Client(client_id="paho")
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
for qos in (0, 1, 2):
    client.publish("in/paho", "q%d" % qos, qos=qos).wait_for_publish()
client.disconnect()
client.loop_stop()
`;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function broker(options?: MosquittoOptions): Promise<Mosquitto> {
  const mosquitto = await startMosquitto(options);
  closers.push(mosquitto.stop);
  return mosquitto;
}

async function start(
  options: Partial<MqttOptions> & { url: string },
  filters: string[] = [],
): Promise<{ transport: Transport; listening: Listening }> {
  const limits = { reconnectMinMs: 1, reconnectMaxMs: 50, ...options.limits };
  const transport = mqttTransport({ name: 'plant', clientId: 'automate', ...options, limits });
  closers.push(() => transport.stop(1_000));
  const listening = new Listening();
  await transport.setSubscriptions(filters.map((filter) => ({ filter, qos: 2 })));
  await transport.start(listening);
  return { transport, listening };
}

/** Publish to itself, and wait for it to come back. */
async function goesRound(transport: Transport, listening: Listening): Promise<void> {
  await transport.setSubscriptions([{ filter: 'round', qos: 1 }]);
  transport.publish([publication('round', 'trip', 1)], () => {});
  await listening.until(() => listening.texts.includes('round trip'));
}

describe.skipIf(!needs('mosquitto'))('the MQTT client against mosquitto (Debian package `mosquitto`)', () => {
  test('connects with a user and a password, and says so when they are wrong', async () => {
    const { port } = await broker({ users: { engine: 'p:ss wörd/' } });
    const url = `mqtt://127.0.0.1:${port}`;
    const wrong = await start({ url, username: 'engine', password: 'no' });
    await wrong.listening.until(() => wrong.listening.notices.length > 0);
    expect(wrong.listening.notices).toEqual([
      `warn: no connection to ${url}: Connection refused: Not authorized; trying again`,
    ]);
    const right = await start({ url, username: 'engine', password: 'p:ss wörd/' });
    await right.listening.until(() => right.listening.connections === 1);
    const inUrl = await start({
      url: `mqtt://engine:${encodeURIComponent('p:ss wörd/')}@127.0.0.1:${port}`,
      clientId: 'other',
    });
    await inUrl.listening.until(() => inUrl.listening.connections === 1);
  });

  test('connects over WebSocket', async () => {
    const { websocketPort } = await broker({ websockets: true });
    const { transport, listening } = await start({ url: `ws://127.0.0.1:${websocketPort}/mqtt` });
    await listening.until(() => listening.connections === 1);
    await goesRound(transport, listening);
  });

  test('connects and subscribes again when the broker was killed and is back', async () => {
    const mosquitto = await broker();
    const { listening } = await start({ url: `mqtt://127.0.0.1:${mosquitto.port}` }, ['in/#']);
    await listening.until(() => listening.connections === 1);
    for (let life = 2; life <= 4; life++) {
      await mosquitto.kill();
      await listening.until(() => listening.disconnections.length === life - 1);
      await mosquitto.restart();
      await listening.until(() => listening.connections === life);
      const peer = await mqtt.connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`);
      // Retained: it comes whether the subscription is there before it or after.
      await peer.publishAsync('in/life', String(life), { qos: 1, retain: true });
      await peer.endAsync();
      await listening.until(() =>
        listening.deliveries.some(({ payload }) => bytesOf(payload).toString() === String(life)),
      );
    }
  });

  test('a message that was not acknowledged comes again, marked, while the broker keeps the session', async () => {
    const mosquitto = await broker();
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    const options = { url, clean: false, sessionExpirySeconds: 3_600 };
    const { transport, listening } = await start(options, ['in/#']);
    listening.acknowledging = false;
    await listening.until(() => listening.connections === 1);
    await transport.setSubscriptions([{ filter: 'in/#', qos: 1 }]);
    const peer = await mqtt.connectAsync(url);
    closers.push(() => peer.endAsync());
    for (const payload of ['1', '2', '3']) {
      await peer.publishAsync('in/a', payload, { qos: 1 });
      await listening.until(() => listening.texts.includes(`in/a ${payload}`));
    }
    listening.withheld[0]?.();
    await transport.stop(1_000);
    const again = await start(options, ['in/#']);
    await again.listening.until(() => again.listening.deliveries.length > 0);
    await again.listening.until(() => again.listening.texts.at(-1) === 'in/a 3');
    expect(again.listening.texts).toEqual(['in/a 2', 'in/a 3']);
    expect(again.listening.deliveries.every(({ duplicate }) => duplicate)).toBe(true);
  });

  test('the broker says offline for it when it is killed', async () => {
    const { port } = await broker();
    const url = `mqtt://127.0.0.1:${port}`;
    const peer = await mqtt.connectAsync(url);
    closers.push(() => peer.endAsync());
    await peer.subscribeAsync('automate/main/status', { qos: 1 });
    const program = new URL('../../peers/status-client.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', program, url, 'automate/main/status'], {
      stdio: 'inherit',
    });
    const heard: string[] = [];
    const offline = new Promise<void>((resolve) => {
      peer.on('message', (_topic, payload) => {
        heard.push(payload.toString());
        if (heard.length === 1) child.kill('SIGKILL');
        else resolve();
      });
    });
    await once(child, 'exit');
    await offline;
    expect(heard).toEqual(['online', 'offline']);
  });

  test('a subscription may be shared, and one on $SYS is served', async () => {
    const { port } = await broker({ lines: ['sys_interval 1'] });
    const { transport, listening } = await start({ url: `mqtt://127.0.0.1:${port}` }, [
      '$share/g/in/#',
      '$SYS/broker/clients/connected',
    ]);
    await listening.until(() => listening.texts.some((text) => text.startsWith('$SYS/broker/clients/connected ')));
    transport.publish([publication('in/a', 'shared', 1)], () => {});
    await listening.until(() => listening.texts.includes('in/a shared'));
  });

  test.skipIf(!needs('mosquitto_pub'))(
    'hears mosquitto_pub with QoS 0, 1 and 2 (Debian package `mosquitto-clients`)',
    async () => {
      const { port } = await broker();
      const { listening, transport } = await start({ url: `mqtt://127.0.0.1:${port}` }, ['in/#']);
      await listening.until(() => listening.connections === 1);
      await goesRoundOnceMore(transport);
      for (const qos of ['0', '1', '2'])
        await run('mosquitto_pub', ['-p', String(port), '-t', 'in/pub', '-m', `q${qos}`, '-q', qos]);
      await listening.until(() => listening.deliveries.length === 3);
      expect(listening.deliveries.map(({ qos }) => qos)).toEqual([0, 1, 2]);
    },
  );

  test.skipIf(!needsPython('paho.mqtt.client'))(
    'hears paho with QoS 0, 1 and 2 (Debian package `python3-paho-mqtt`)',
    async () => {
      const { port } = await broker();
      const { listening, transport } = await start({ url: `mqtt://127.0.0.1:${port}` }, ['in/#']);
      await listening.until(() => listening.connections === 1);
      await goesRoundOnceMore(transport);
      await run('/usr/bin/python3', ['-c', PAHO, String(port)]);
      await listening.until(() => listening.deliveries.length === 3);
      expect(listening.deliveries.map(({ qos, topic }) => [topic, qos])).toEqual([
        ['in/paho', 0],
        ['in/paho', 1],
        ['in/paho', 2],
      ]);
    },
  );

  test('says so when another client with the same id takes the connection again and again', async () => {
    const { port } = await broker();
    const url = `mqtt://127.0.0.1:${port}`;
    const one = await start({ url });
    await start({ url });
    await one.listening.until(() => one.listening.notices.some((notice) => notice.includes('client id "automate"')));
  });
});

describe.skipIf(!needs('mosquitto') || !needs('openssl'))('over TLS (Debian packages `mosquitto`, `openssl`)', () => {
  let certificates: Certificates;
  let strangers: Certificates;
  beforeAll(() => {
    certificates = makeCertificates();
    strangers = makeCertificates();
  });
  afterAll(() => {
    certificates.remove();
    strangers.remove();
  });

  test('connects with a certificate of its own to a broker that the CA vouches for', async () => {
    const { port } = await broker({ tls: certificates });
    for (const scheme of ['mqtts', 'ssl']) {
      const own = {
        ca: certificates.read('ca.crt'),
        cert: certificates.read('client.crt'),
        key: certificates.read('client.key'),
      };
      const { transport, listening } = await start({ url: `${scheme}://localhost:${port}`, clientId: scheme, ...own });
      await listening.until(() => listening.connections === 1);
      await goesRound(transport, listening);
    }
  });

  test('does not connect to a broker that it has no reason to trust', async () => {
    const { port } = await broker({ tls: certificates });
    const own = {
      ca: strangers.read('ca.crt'),
      cert: certificates.read('client.crt'),
      key: certificates.read('client.key'),
    };
    const { listening } = await start({ url: `mqtts://localhost:${port}`, ...own });
    await listening.until(() => listening.notices.length > 0);
    expect(listening.notices[0]).toMatch(/certificate/);
    expect(listening.connections).toBe(0);
  });

  test('is refused without a certificate of its own', async () => {
    const { port } = await broker({ tls: certificates });
    const { listening } = await start({ url: `mqtts://localhost:${port}`, ca: certificates.read('ca.crt') });
    await listening.until(() => listening.notices.length > 0);
    expect(listening.connections).toBe(0);
  });

  test('rejects a key that is none at once', async () => {
    const own = { cert: certificates.read('client.crt'), key: 'no key' };
    const transport = mqttTransport({ name: 'plant', url: 'mqtts://localhost:1', clientId: 'c', ...own });
    await expect(transport.start(new Listening())).rejects.toThrow();
    await transport.stop(10);
  });
});

test('goes on with MQTT 3.1.1 when the broker refuses MQTT 5, and says so', async () => {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle).listen(0, '127.0.0.1');
  closers.push(() => new Promise<void>((resolve) => aedes.close(() => server.close(() => resolve()))));
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`; // A TCP server has no other kind of address.
  const { transport, listening } = await start({ url, sessionExpirySeconds: 60, clean: false }, []);
  await listening.until(() => listening.connections === 1);
  expect(listening.notices).toEqual([`info: ${url} does not speak MQTT 5; going on with MQTT 3.1.1`]);
  await goesRound(transport, listening);
});

test('a URL that is not one of a broker is refused before anything starts', () => {
  expect(() => mqttTransport({ name: 'b', url: 'http://host', clientId: 'c' })).toThrow('"http://" is not MQTT');
  expect(() => mqttTransport({ name: 'b', url: 'mqtt:', clientId: 'c' })).toThrow('names no host');
});

/** The broker has dealt with all that was sent before. */
async function goesRoundOnceMore(transport: Transport): Promise<void> {
  await transport.setSubscriptions([
    { filter: 'in/#', qos: 2 },
    { filter: 'unused', qos: 0 },
  ]);
}
