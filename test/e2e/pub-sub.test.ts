import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initCommand } from '../../src/cli/init.ts';
import { pubCommand } from '../../src/cli/pub.ts';
import { subCommand } from '../../src/cli/sub.ts';
import { run, TestTerminal } from '../cli/test-terminal.ts';
import { type Certificates, makeCertificates } from '../peers/certificates.ts';
import { type Mosquitto, startMosquitto } from '../peers/mosquitto.ts';
import { needs } from '../peers/needs.ts';

async function ours(name: 'pub' | 'sub', args: readonly string[], stdin: string | Buffer = ''): Promise<TestTerminal> {
  const terminal = new TestTerminal();
  terminal.stdin.end(stdin);
  await run(name === 'pub' ? pubCommand(terminal) : subCommand(terminal), args);
  return terminal;
}

async function theirs(
  name: 'pub' | 'sub',
  args: readonly string[],
  stdin: string | Buffer = '',
): Promise<{ out: Buffer; code: unknown }> {
  const child = spawn(`mosquitto_${name}`, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(stdin);
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  const [code] = (await once(child, 'close')) as unknown[];
  return { out: Buffer.concat(out), code };
}

const hasMosquitto = needs('mosquitto') && needs('mosquitto_pub');

describe.skipIf(!hasMosquitto)('pub and sub beside mosquitto_pub and mosquitto_sub', () => {
  let mosquitto: Mosquitto;
  let broker: string[];
  beforeAll(async () => {
    mosquitto = await startMosquitto({ acl: ['topic readwrite #'] });
    broker = ['-h', '127.0.0.1', '-p', String(mosquitto.port)];
  });
  afterAll(() => mosquitto.stop());

  /** Retained messages, so that none has to be waited for. */
  async function keep(publish: typeof ours | typeof theirs, root: string): Promise<void> {
    await publish('pub', [...broker, '-r', '-q', '1', '-t', `${root}/1`, '-m', 'text']);
    await publish('pub', [...broker, '-r', '-q', '2', '-t', `${root}/2`, '-s'], Buffer.from([0, 255, 10, 27]));
    await publish('pub', [...broker, '-r', '-t', `${root}/3`, '-l'], 'one\n\nthree\r\nlast');
    await publish('pub', [...broker, '-r', '-t', `${root}/4`, '-f', join(import.meta.dirname, '../../package.json')]);
  }

  test('what one publishes both print alike', async () => {
    await keep(ours, 'a');
    await keep(theirs, 'b');
    for (const root of ['a', 'b']) {
      for (const flags of [[], ['-v'], ['-N'], ['-v', '-N'], ['-v', '-T', `${root}/2`]]) {
        const args = [
          ...broker,
          '-t',
          `${root}/#`,
          '--retained-only',
          '-C',
          flags.includes('-T') ? '3' : '4',
          ...flags,
        ];
        expect((await ours('sub', args)).outBytes).toEqual((await theirs('sub', args)).out);
      }
    }
    const all = async (root: string): Promise<string> =>
      (await ours('sub', [...broker, '-t', `${root}/#`, '-C', '4'])).out;
    expect(await all('a')).toBe(await all('b'));
  });

  test('ends with the same exit code', async () => {
    for (const args of [
      ['-t', 'nothing', '-W', '1'],
      ['-t', 'a/1', '-C', '1'],
    ]) {
      const { exitCode } = await ours('sub', [...broker, ...args]);
      expect(exitCode ?? 0).toBe((await theirs('sub', [...broker, ...args])).code);
    }
  });

  test('an empty message takes the retained one away', async () => {
    await ours('pub', [...broker, '-t', 'kept', '-r', '-m', 'x', '-q', '1']);
    await ours('pub', [...broker, '-t', 'kept', '-r', '-n', '-q', '1']);
    expect((await ours('sub', [...broker, '-t', 'kept', '-W', '1'])).out).toBe('');
  });

  test('sends the properties of MQTT 5', async () => {
    const properties = [
      'content-type',
      'text/plain',
      'user-property',
      'a',
      '1',
      'user-property',
      'b',
      '-2',
      'message-expiry-interval',
      '60',
    ];
    const words = properties
      .join(' ')
      .replaceAll(/(content|user|message)-/g, 'publish $1-')
      .split(' ');
    const { err } = await ours('pub', [...broker, '-t', 'p', '-m', 'x', '-r', '-q', '1', '-D', ...words]);
    expect(err).toBe('');
    const { out } = await theirs('sub', [...broker, '-V', '5', '-t', 'p', '-C', '1', '-F', '%C|%P|%E']);
    expect(out.toString()).toMatch(/^text\/plain\|a:1 b:-2\|(60|59|58)\n$/);
  });

  test('a lost broker and one that is not there', async () => {
    await mosquitto.kill();
    const { exitCode, err } = await ours('pub', [...broker, '-t', 'a', '-m', 'x']);
    expect([exitCode, err]).toEqual([69, expect.stringContaining('nothing listens there')]);
    await mosquitto.restart();
  });
});

describe.skipIf(!hasMosquitto)('a mosquitto with passwords and an ACL', () => {
  let mosquitto: Mosquitto;
  let broker: string[];
  beforeAll(async () => {
    mosquitto = await startMosquitto({ users: { jo: 'secret' }, acl: ['user jo', 'topic readwrite open/#'] });
    broker = ['-p', String(mosquitto.port)];
  });
  afterAll(() => mosquitto.stop());

  test.each(['311', '5'])('lets in who has the password (MQTT %s)', async (version) => {
    const right = await ours('pub', [
      ...broker,
      '-V',
      version,
      '-u',
      'jo',
      '-P',
      'secret',
      '-t',
      'open/a',
      '-m',
      'x',
      '-q',
      '1',
    ]);
    expect([right.exitCode, right.err]).toEqual([undefined, '']);
    const wrong = await ours('pub', [...broker, '-V', version, '-u', 'jo', '-P', 'guess', '-t', 'open/a', '-m', 'x']);
    expect([wrong.exitCode, wrong.err]).toEqual([
      1,
      expect.stringMatching(/refused the connection: not authorized\. Check --username and --pw\n$/),
    ]);
  });

  test('MQTT 5 says that a message was refused', async () => {
    const { exitCode, err } = await ours('pub', [
      ...broker,
      '-V',
      '5',
      '-u',
      'jo',
      '-P',
      'secret',
      '-t',
      'closed',
      '-m',
      'x',
      '-q',
      '1',
    ]);
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/refused the message: not authorized\n$/)]);
  });
});

describe.skipIf(!hasMosquitto || !needs('openssl'))('a mosquitto with TLS', () => {
  let mosquitto: Mosquitto;
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = makeCertificates();
    mosquitto = await startMosquitto({ tls: certificates });
  });
  afterAll(async () => {
    await mosquitto.stop();
    certificates.remove();
  });

  const message = ['-t', 'a', '-m', 'x', '-q', '1'];
  const client = (): string[] => ['--cert', certificates.path('client.crt'), '--key', certificates.path('client.key')];

  test('lets in who shows a certificate, by host and by address', async () => {
    const flags = ['--cafile', certificates.path('ca.crt'), ...client(), ...message];
    for (const where of [
      ['-h', 'localhost', '-p', String(mosquitto.port)],
      ['-L', `mqtts://127.0.0.1:${mosquitto.port}/a`],
    ]) {
      const { exitCode, err } = await ours('pub', [...where, ...flags]);
      expect([exitCode, err]).toEqual([undefined, '']);
    }
  });

  test('is not trusted without its authority', async () => {
    const { exitCode, err } = await ours('pub', ['-p', String(mosquitto.port), ...client(), ...message]);
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/^no safe connection to mqtts:.*--cafile\n$/)]);
  });

  test('may have another name when asked not to look', async () => {
    // Another way to write 127.0.0.1, which the certificate does not have.
    const flags = [
      '-h',
      '127.1',
      '-p',
      String(mosquitto.port),
      '--cafile',
      certificates.path('ca.crt'),
      ...client(),
      ...message,
    ];
    expect(await ours('pub', flags)).toMatchObject({ exitCode: 1, err: expect.stringContaining('no safe connection') });
    expect(await ours('pub', [...flags, '--insecure'])).toMatchObject({ exitCode: undefined, err: '' });
  });
});

describe.skipIf(!needs('systemd-analyze'))('the systemd unit of a new project', () => {
  test('passes systemd-analyze verify', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'automate-unit-')), 'a house');
    await run(initCommand(new TestTerminal()), [folder]);
    expect(readFileSync(join(folder, 'automate.service'), 'utf8')).toContain('a house');
    const output = execFileSync('systemd-analyze', ['verify', join(folder, 'automate.service')], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(output).toBe('');
  });
});
