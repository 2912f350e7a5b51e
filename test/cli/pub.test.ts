import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { pubCommand } from '../../src/cli/pub.ts';
import { configuredBroker } from '../../src/cli/usual-broker.ts';
import { freePort } from '../peers/port.ts';
import { type SmallBroker, startBroker } from './small-broker.ts';
import { run, TestTerminal } from './test-terminal.ts';

let broker: SmallBroker;
beforeAll(async () => {
  broker = await startBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username !== 'eve' && password?.toString() !== 'wrong'),
  });
});
afterAll(() => broker.stop());
beforeEach(() => void broker.published.splice(0));

async function pub(args: readonly string[], stdin?: string | Buffer): Promise<TestTerminal & { usage: string }> {
  const terminal = new TestTerminal();
  if (stdin !== undefined) terminal.stdin.end(stdin);
  const usage = await run(pubCommand(terminal), ['-p', String(broker.port), ...args]);
  return Object.assign(terminal, { usage });
}

const sent = (): string[] =>
  broker.published.map(
    ({ topic, payload, qos, retain }) => `${topic} ${String(payload)} q${qos}${retain ? ' retained' : ''}`,
  );

test('publishes a message with its QoS and retain flag', async () => {
  const terminal = await pub(['-t', 'a/b', '-m', 'hello', '-q', '1', '-r']);
  expect(sent()).toEqual(['a/b hello q1 retained']);
  expect([terminal.exitCode, terminal.err, terminal.out]).toEqual([undefined, '', '']);
});

test.each(['0', '1', '2'])('has handed a message of QoS %s over before it ends', async (qos) => {
  await pub(['-t', 'a', '-m', 'x', '-q', qos]);
  expect(sent()).toEqual([`a x q${qos}`]);
});

test('publishes a message that begins with a dash', async () => {
  await pub(['-t', 'a', '-m', '-5']);
  expect(sent()).toEqual(['a -5 q0']);
});

test('publishes an empty message', async () => {
  await pub(['-t', 'a', '-n']);
  expect(broker.published[0]?.payload).toHaveLength(0);
});

test('publishes a file byte for byte', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  const path = join(mkdtempSync(join(tmpdir(), 'automate-pub-')), 'bytes');
  writeFileSync(path, bytes);
  await pub(['-t', 'a', '-f', path]);
  expect(broker.published[0]?.payload).toEqual(bytes);
});

test('publishes all of stdin as one message', async () => {
  await pub(['-t', 'a', '-s'], 'one\ntwo\n');
  expect(sent()).toEqual(['a one\ntwo\n q0']);
});

test('publishes each line of stdin, empty ones and the unfinished last one too', async () => {
  await pub(['-t', 'a', '-l', '-q', '1'], 'one\n\nthree\r\nfour');
  expect(sent()).toEqual(['a one q1', 'a  q1', 'a three\r q1', 'a four q1']);
});

test('keeps the order of many lines', async () => {
  const lines = Array.from({ length: 500 }, (_, i) => String(i));
  await pub(['-t', 'a', '-l', '-q', '2'], lines.join('\n'));
  expect(broker.published.map(({ payload }) => String(payload))).toEqual(lines);
});

test('takes everything from an address', async () => {
  const terminal = new TestTerminal();
  await run(pubCommand(terminal), ['-L', `mqtt://user:secret@127.0.0.1:${broker.port}/from/url`, '-m', '1']);
  expect([sent(), terminal.err]).toEqual([['from/url 1 q0'], '']);
});

test('finds the broker in a configuration that is named, which has to be a good one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'automate-pub-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'other.yaml');
  const publish = async (text: string): Promise<TestTerminal> => {
    writeFileSync(file, text);
    const terminal = new TestTerminal();
    await run(pubCommand(terminal, configuredBroker), ['--config', file, '-t', 'a', '-m', 'b']);
    return terminal;
  };
  const good = await publish(`broker: mqtt://127.0.0.1:${broker.port}\n`);
  expect([good.err, sent()]).toEqual(['', ['a b q0']]);
  const bad = await publish('brokr: embedded\n');
  expect(bad.exitCode).toBe(78);
  expect(bad.err).toContain('other.yaml:1:1 error unknown-key: "brokr"');
});

test('finds the broker in AUTOMATE_BROKER', async () => {
  const terminal = new TestTerminal({ env: { AUTOMATE_BROKER: `mqtt://127.0.0.1:${broker.port}` } });
  await run(pubCommand(terminal), ['-t', 'a', '-m', '1']);
  expect([sent(), terminal.err]).toEqual([['a 1 q0'], '']);
});

test("asks for the broker of the caller, and keeps that one's password from any other", async () => {
  const usual = () => ({ url: `mqtt://127.0.0.1:${broker.port}`, username: 'eve', password: 'x' });
  const terminal = new TestTerminal();
  await run(pubCommand(terminal, usual), ['-t', 'a', '-m', '1']);
  expect(terminal.exitCode).toBe(1);
  const other = new TestTerminal();
  await run(pubCommand(other, usual), ['-h', '127.0.0.1', '-p', String(broker.port), '-t', 'a', '-m', '1']);
  expect([other.exitCode, sent()]).toEqual([undefined, ['a 1 q0']]);
});

test('stops reading stdin when interrupted, with what was read sent', async () => {
  const terminal = new TestTerminal();
  const done = run(pubCommand(terminal), ['-p', String(broker.port), '-t', 'a', '-l', '-q', '1']);
  terminal.stdin.write('one\n');
  await broker.received();
  terminal.emit('SIGINT');
  await done;
  expect([terminal.exitCode, sent().at(-1)]).toEqual([130, 'a one q1']);
});

describe('what goes wrong is said in a line', () => {
  test('no broker', async () => {
    const port = await freePort();
    const terminal = new TestTerminal();
    await run(pubCommand(terminal), ['-p', String(port), '-t', 'a', '-m', '1']);
    expect(terminal.exitCode).toBe(69);
    expect(terminal.err).toBe(
      `no connection to mqtt://127.0.0.1:${port}: nothing listens there. Is \`automate start\` (or another broker) running?\n`,
    );
  });

  test('no such host', async () => {
    const terminal = new TestTerminal();
    await run(pubCommand(terminal), ['-h', 'broker.invalid', '-t', 'a', '-m', '1']);
    expect(terminal.exitCode).toBe(69);
    expect(terminal.err).toMatch(
      /^no connection to mqtt:\/\/broker\.invalid:1883: .* Is it running, and is the address right\?\n$/,
    );
  });

  test('a wrong password', async () => {
    const terminal = await pub(['-u', 'me', '-P', 'wrong', '-t', 'a', '-m', '1']);
    expect(terminal.exitCode).toBe(1);
    expect(terminal.err).toMatch(/refused the connection: .*Check --username and --pw\n$/);
    expect(terminal.err).not.toContain('wrong');
  });

  test.each([
    [['-t', 'a/+', '-m', '1'], 'cannot publish to "a/+": it has a wildcard (+ or #)'],
    [['-t', '', '-m', '1'], 'cannot publish to "": it is empty'],
    [['-m', '1'], 'which topic? Give --topic'],
    [['-t', 'a'], 'what to publish?'],
    [['-t', 'a', '-m', '1', '--cert', 'x'], '--cert and --key belong together'],
    [['-t', 'a', '-m', '1', '-P', 'x'], '--pw needs a user'],
    [['-t', 'a', '-m', '1', '-D', 'publish', 'colour', 'red'], '"colour" is not one of content-type'],
    [['-t', 'a', '-m', '1', '-D', 'connect', 'x', 'y'], '"connect" is no packet'],
    [['-t', 'a', '-m', '1', '-D', 'publish', 'user-property', 'x'], 'the value of the user property x is missing'],
    [['-t', 'a', '-m', '1', '-D', 'publish', 'message-expiry-interval', '1.5'], 'not a whole number of seconds'],
    [['-t', 'a', '-m', '1', '-V', '311', '-D', 'publish', 'content-type', 'x'], 'MQTT 3.1.1 has no properties'],
  ])('usage: %j', async (args, message) => {
    const terminal = await pub(args);
    expect(terminal.err).toContain(message);
    expect([terminal.exitCode, sent()]).toEqual([2, []]);
  });

  test.each([
    [['-t', 'a', '-m', '1', '-n'], "'-m, --message <text>' cannot be used with option '-n, --null-message'"],
    [['-t', 'a', '-m', '1', '-q', '3'], 'It is 0, 1 or 2.'],
    [['-t', 'a', '-m', '1', '-V', '4'], 'Allowed choices are 5, 311, mqttv5, mqttv311'],
  ])('usage, found by the parser: %j', async (args, message) => {
    expect((await pub(args)).usage).toContain(message);
  });

  test('an address that is none, without its password', async () => {
    const terminal = new TestTerminal();
    await run(pubCommand(terminal), ['-L', 'http://me:secret@host/a', '-m', '1']);
    expect(terminal.exitCode).toBe(2);
    expect(terminal.err).toMatch(/^"http:\/\/host\/a" is not the address of a broker/);
  });

  test('a file that is not there', async () => {
    const terminal = await pub(['-t', 'a', '-f', '/nowhere/at/all']);
    expect([terminal.exitCode, terminal.err]).toEqual([
      1,
      'cannot read /nowhere/at/all: there is no such file or folder\n',
    ]);
  });

  test('properties for a broker that has none', async () => {
    const terminal = await pub(['-t', 'a', '-m', '1', '-D', 'publish', 'content-type', 'text/plain']);
    expect([terminal.exitCode, sent()]).toEqual([1, []]);
    expect(terminal.err).toMatch(
      /refused the connection: unacceptable protocol version. Name another with --protocol-version\n$/,
    );
  });

  test('a connection that breaks', async () => {
    const terminal = new TestTerminal();
    const done = run(pubCommand(terminal), ['-p', String(broker.port), '-t', 'a', '-l']);
    terminal.stdin.write('one\n');
    await broker.received();
    broker.cut();
    await done;
    expect(terminal.exitCode).toBe(69);
    expect(terminal.err).toContain('broke before everything was sent');
  });
});

test('shows help although -h is the host', async () => {
  let help = '';
  const command = pubCommand(new TestTerminal()).configureOutput({ writeOut: (text) => (help += text) });
  expect(command.helpInformation()).toContain('-h, --host <host>');
  await command
    .exitOverride()
    .parseAsync(['--help'], { from: 'user' })
    .catch(() => {});
  expect(help).toContain('automate pub -t home/kitchen/temperature');
});
