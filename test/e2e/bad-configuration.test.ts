import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificates } from '../peers/certificates.ts';
import { startMosquitto } from '../peers/mosquitto.ts';
import { startMqttPeer } from '../peers/mqtt-peer.ts';
import { needs } from '../peers/needs.ts';
import { freePort } from '../peers/port.ts';
import { connectClient } from './client.ts';
import { automate } from './command.ts';
import { startEngine } from './engine.ts';
import { makeFolder } from './folder.ts';
import { until } from './until.ts';

const RULE = 'on: in/+n\npublish: { topic: "out/${n}", payload: "${payload}" }\n';

/** Something that listens on a port until the test has ended. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port; // A TCP server has no other kind of address.
}

describe('a configuration that cannot be used', () => {
  test.each([
    ['an unknown key', { brokr: 'embedded' }, 'automate.yaml:1:', 'unknown-key: "brokr"', 'Did you mean "broker"?'],
    [
      'an unknown key inside',
      { embedded: { prot: 1883 } },
      '"prot" is not a key of `embedded`',
      'Did you mean "port"?',
    ],
    ['an address that is none', { broker: 'localhost' }, 'automate.yaml:1:', 'mqtt://host:1883'],
    ['a level that there is not', { log: { level: 'loud' } }, '"loud"', '"debug", "info", "warn", "error", "silent"'],
    [
      'a CA that is not there',
      { broker: { url: 'mqtts://127.0.0.1:9', ca: 'gone.crt' } },
      'certificate file',
      'gone.crt',
      'no such file',
    ],
    [
      'a certificate that is none',
      { brokers: { plant: { url: 'mqtts://127.0.0.1:9', cert: 'junk', key: 'junk' } } },
      '"plant"',
      'PEM',
    ],
    [
      'a secret that is not there',
      { broker: { url: 'mqtt://127.0.0.1:9', password: '${env:NO_SUCH}' } },
      'automate.yaml:1:',
      'NO_SUCH',
    ],
    ['a door open to others without a token', { http: '0.0.0.0:0' }, 'token'],
    ['rules that are not there', { rules: 'elsewhere' }, 'elsewhere', 'does not exist'],
  ])('%s ends with 78, and says where and what to do', async (_what, config, ...said) => {
    const folder = makeFolder({
      'automate.yaml': JSON.stringify({ http: 'off', ...config }),
      junk: 'junk',
      'rules/a.yaml': RULE,
    });
    const { code, stdout, stderr } = await automate(['start'], {
      folder,
      variables: { AUTOMATE_EMBEDDED_PORT: String(await freePort()) },
    });
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    for (const words of said) expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^ +at /m); // No stack trace.
  });

  test('a file that is not there, or a folder, ends with 78', async () => {
    const folder = makeFolder({ 'rules/a.yaml': RULE });
    for (const file of ['gone.yaml', 'rules']) {
      const { code, stderr } = await automate(['start', '--config', file], { folder });
      expect({ code, stderr }).toEqual({
        code: 78,
        stderr: expect.stringContaining(`${file}:1:1 error unreadable`) as string,
      });
    }
  });

  test('a flag with a value that is none ends with 2, and is shown without the file', async () => {
    const folder = makeFolder({ 'automate.yaml': 'instance: main\n', 'rules/a.yaml': RULE });
    const { code, stderr } = await automate(['start', '--log-level', 'loud'], { folder });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        '--log-level:1:1 error invalid-value: --log-level cannot set log.level: expected debug, info, warn, error or silent\n\n',
    });
  });

  test('an unknown flag ends with 2', async () => {
    const { code, stderr } = await automate(['start', '--borker', 'embedded'], { folder: makeFolder() });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Did you mean --broker?') as string });
  });
});

describe('a port that is taken', () => {
  test('of the embedded broker: says what to do, and ends with 69', async () => {
    const port = await takenPort();
    const folder = makeFolder({
      'automate.yaml': JSON.stringify({ embedded: { port }, http: 'off' }),
      'rules/a.yaml': RULE,
    });
    const { code, stderr } = await automate(['start'], { folder });
    expect(code).toBe(69);
    expect(stderr).toContain(`not started: 127.0.0.1:${port} is taken`);
    expect(stderr).toContain(`automate start --broker mqtt://127.0.0.1:${port}`);
    expect(stderr).toContain('AUTOMATE_EMBEDDED_PORT=');
  });

  test('of the status page: says what to do, and ends with 69', async () => {
    const http = `127.0.0.1:${await takenPort()}`;
    const folder = makeFolder({
      'automate.yaml': JSON.stringify({ embedded: { port: await freePort() }, http }),
      'rules/a.yaml': RULE,
    });
    const { code, stderr } = await automate(['start'], { folder });
    expect(code).toBe(69);
    expect(stderr).toMatch(/not started: .*another program uses that port.*choose another/);
  });
});

describe.skipIf(!needs('mosquitto'))('a broker that cannot be used', () => {
  test('is tried until it is there; until then /readyz says so', async () => {
    const { port, kill, restart, stop } = await startMosquitto();
    onTestFinished(stop);
    await kill();
    const broker = `mqtt://127.0.0.1:${port}`;
    const engine = await startEngine({ config: { broker }, rules: { 'a.yaml': RULE }, wait: 'up' });
    expect(await engine.ready()).toMatchObject({
      status: 503,
      ready: false,
      brokers: [{ name: 'default', connected: false }],
    });
    expect((await engine.metrics()).value('automate_broker_connected')).toBe(0);
    await until('the log to say so', () => engine.log().some(({ msg }) => msg.includes(`no connection to ${broker}`)));
    await restart();
    await until('the engine to be ready', async () => (await engine.ready()).ready);
    const client = await connectClient(broker, { subscribe: 'out/#' });
    await client.publish('in/1', 'hello');
    expect(await client.first('out/1')).toMatchObject({ text: 'hello' });
  });

  test('comes back after a crash, and everything goes on', async () => {
    const { port, kill, restart, stop } = await startMosquitto();
    onTestFinished(stop);
    const broker = `mqtt://127.0.0.1:${port}`;
    const engine = await startEngine({ config: { broker }, rules: { 'a.yaml': RULE } });
    await kill();
    await until('the engine to notice', async () => (await engine.ready()).status === 503);
    await restart();
    await until('the engine to be ready', async () => (await engine.ready()).ready);
    const client = await connectClient(broker, { subscribe: 'out/#' });
    await client.publish('in/1', 'hello');
    expect(await client.first('out/1')).toMatchObject({ text: 'hello' });
    expect((await engine.metrics()).value('automate_broker_reconnects_total')).toBe(1);
  });

  test('that refuses the password is named, and the password is not', async () => {
    const { port, stop } = await startMosquitto({ users: { engine: 'right' } });
    onTestFinished(stop);
    const broker = { url: `mqtt://127.0.0.1:${port}`, username: 'engine', password: 'wr0ng-secret' };
    const engine = await startEngine({ config: { broker }, rules: { 'a.yaml': RULE }, wait: 'up' });
    const told = await until('the log to say so', () => engine.log().find(({ msg }) => msg.includes('no connection')));
    expect(told.msg).toMatch(/not authori[sz]ed|password/i);
    expect((await engine.ready()).status).toBe(503);
    expect(engine.stderr() + JSON.stringify(engine.log())).not.toContain('wr0ng-secret');
  });

  test('that refuses a subscription is not ready for us, and says for which', async () => {
    const peer = await startMqttPeer({ suback: (filter) => (filter === 'secret/#' ? 0x87 : 1) });
    onTestFinished(peer.stop);
    const rules = { 'a.yaml': 'on: secret/#\nlog: x\n', 'b.yaml': 'on: allowed/#\nlog: x\n' };
    const engine = await startEngine({ config: { broker: `mqtt://127.0.0.1:${peer.port}` }, rules, wait: 'up' });
    const { brokers, status } = await until('the refusal', async () => {
      const readiness = await engine.ready();
      return readiness.brokers[0]?.refused.length === 1 && readiness;
    });
    expect(status).toBe(503);
    expect(brokers).toMatchObject([{ connected: true, refused: [{ filter: 'secret/#' }] }]);
    expect((await engine.metrics()).value('automate_subscriptions_refused')).toBe(1);
  });

  test('that does not answer does not hold up the end for longer than five seconds', async () => {
    const peer = await startMqttPeer({ suback: 'never' });
    onTestFinished(peer.stop);
    const broker = `mqtt://127.0.0.1:${peer.port}`;
    const engine = await startEngine({ config: { broker }, rules: { 'a.yaml': RULE }, wait: 'up' });
    await peer.receives('subscribe');
    writeFileSync(join(engine.folder, 'rules/b.yaml'), 'on: more/#\nlog: x\n');
    await peer.receives('subscribe', 2);
    const { code, ms } = await engine.stop();
    expect({ code, inTime: ms < 4_900 }).toEqual({ code: 0, inTime: true });
  });

  test.skipIf(!needs('openssl'))('whose certificate nobody vouches for is not spoken to', async () => {
    const tls = makeCertificates();
    const { port, stop } = await startMosquitto({ tls });
    onTestFinished(async () => {
      await stop();
      tls.remove();
    });
    const broker = { url: `mqtts://localhost:${port}`, cert: tls.path('client.crt'), key: tls.path('client.key') };
    const engine = await startEngine({ config: { broker }, rules: { 'a.yaml': RULE }, wait: 'up' });
    const told = await until('the log to say so', () => engine.log().find(({ msg }) => msg.includes('no connection')));
    expect(told.msg).toMatch(/certificate/);
  });
});

test('flags stand over the environment, that over .env, that over the file, and that over the defaults', async () => {
  const folder = makeFolder({
    'automate.yaml':
      'instance: file\ntimezone: Asia/Tokyo\nlog: { level: error }\nhttp: 127.0.0.1:1001\nlimits: { hops: 3 }\n',
    '.env':
      'AUTOMATE_INSTANCE=dotenv\nAUTOMATE_TIMEZONE=Europe/Berlin\nAUTOMATE_LOG_LEVEL=warn\nAUTOMATE_HTTP=127.0.0.1:1002\n',
    'rules/a.yaml': RULE,
  });
  const variables = { AUTOMATE_TIMEZONE: 'Europe/Paris', AUTOMATE_LOG_LEVEL: 'debug', AUTOMATE_HTTP: '127.0.0.1:1003' };
  const { code, stdout, stderr } = await automate(['config', '--json', '--http', '127.0.0.1:1004'], {
    folder,
    variables,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    instance: 'dotenv',
    timezone: 'Europe/Paris',
    log: { level: 'debug' },
    http: '127.0.0.1:1004',
    limits: { hops: 3, inbox: 100_000 },
    broker: 'embedded',
  });
});

test('a variable that sets nothing is a warning with what was meant, and secrets are masked', async () => {
  const folder = makeFolder({ 'automate.yaml': 'broker: { url: "mqtt://me:in-url@h:1", password: in-file }\n' });
  const { code, stdout, stderr } = await automate(['config'], { folder, variables: { AUTOMATE_LOGLEVEL: 'debug' } });
  expect(code).toBe(0);
  expect(stderr).toContain('AUTOMATE_LOGLEVEL sets nothing');
  expect(stderr).toContain('Did you mean AUTOMATE_LOG_LEVEL?');
  expect(stdout).not.toMatch(/in-url|in-file/);
});

test('without http it runs all the same', async () => {
  const port = await freePort();
  const folder = makeFolder({ 'rules/a.yaml': RULE });
  writeFileSync(join(folder, 'automate.yaml'), JSON.stringify({ embedded: { port }, http: 'off' }));
  const engine = await startEngine({ folder, wait: 'up' });
  expect(engine.stderr()).not.toContain('http://');
  const client = await connectClient(`mqtt://127.0.0.1:${port}`, { subscribe: 'out/#' });
  await client.publish('in/1', 'hello');
  expect(await client.first('out/1')).toMatchObject({ text: 'hello' });
});
