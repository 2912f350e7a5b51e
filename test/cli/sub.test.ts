import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { subCommand } from '../../src/cli/sub.ts';
import { freePort } from '../peers/port.ts';
import { type SmallBroker, startBroker } from './small-broker.ts';
import { run, TestTerminal } from './test-terminal.ts';

let broker: SmallBroker;
beforeEach(async () => {
  broker = await startBroker({
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, subscription.topic.startsWith('secret') ? null : subscription),
  });
});
afterEach(() => broker.stop());

function send(topic: string, payload: string | Buffer, retain = false): Promise<void> {
  const packet = { cmd: 'publish' as const, topic, payload, retain, qos: 0 as const, dup: false };
  return new Promise((resolve, reject) => broker.aedes.publish(packet, (error) => (error ? reject(error) : resolve())));
}

/** Runs until the command ends by itself; `messages` are sent once it has subscribed. */
async function sub(
  args: readonly string[],
  messages: readonly (readonly [string, string | Buffer])[] = [],
  isTTY = false,
): Promise<TestTerminal> {
  const terminal = new TestTerminal({ isTTY });
  const subscribed = broker.subscribed();
  const done = run(subCommand(terminal), ['-p', String(broker.port), ...args]);
  if (messages.length > 0) {
    await subscribed;
    for (const [topic, payload] of messages) await send(topic, payload);
  }
  await done;
  return terminal;
}

test('prints each message on a line and ends after so many', async () => {
  const terminal = await sub(
    ['-t', 'a/#', '-C', '2'],
    [
      ['a/b', 'one'],
      ['a', 'two'],
      ['a/c', 'three'],
    ],
  );
  expect([terminal.out, terminal.exitCode, terminal.err]).toEqual(['one\ntwo\n', undefined, '']);
});

test('prints the topic before the message', async () => {
  const terminal = await sub(
    ['-v', '-t', 'a', '-t', 'b', '-C', '3'],
    [
      ['a', '1'],
      ['b', ''],
      ['b', '2'],
    ],
  );
  expect(terminal.out).toBe('a 1\nb (null)\nb 2\n');
});

test('prints nothing for an empty message without its topic', async () => {
  expect(
    (
      await sub(
        ['-t', 'a', '-C', '2'],
        [
          ['a', ''],
          ['a', 'x'],
        ],
      )
    ).out,
  ).toBe('x\n');
});

test('passes bytes on as they are', async () => {
  const bytes = Buffer.from([0, 27, 255, 10, 128]);
  expect((await sub(['-t', 'a', '-N', '-C', '1'], [['a', bytes]])).outBytes).toEqual(bytes);
});

test('shows a terminal no control characters', async () => {
  const terminal = await sub(['-t', 'a', '-C', '1', '-v'], [['a', '\u001b]0;title\u0007 21 °C']], true);
  expect(terminal.out).toBe('a \\x1b]0;title\\x07 21 °C\n');
});

test('understands the named wildcards of rules', async () => {
  expect((await sub(['-t', 'home/+room/temperature', '-C', '1'], [['home/hall/temperature', '20']])).out).toBe('20\n');
});

test('leaves out what is filtered', async () => {
  const terminal = await sub(
    ['-t', 'a/#', '-T', 'a/+/x', '-T', 'a/c', '-C', '1'],
    [
      ['a/b/x', '1'],
      ['a/c', '2'],
      ['a/d', '3'],
    ],
  );
  expect(terminal.out).toBe('3\n');
});

test('leaves out retained messages', async () => {
  await send('a', 'old', true);
  expect((await sub(['-t', 'a', '-R', '-C', '1'], [['a', 'new']])).out).toBe('new\n');
});

test('ends at the first live message when only retained ones are wanted', async () => {
  await send('a/1', 'old', true);
  const terminal = await sub(['-t', 'a/#', '--retained-only'], [['a/2', 'new']]);
  expect([terminal.out, terminal.exitCode]).toEqual(['old\n', undefined]);
});

test('ends when the time is up, with an exit code of its own', async () => {
  const terminal = await sub(['-t', 'a', '-W', '1']);
  expect([terminal.exitCode, terminal.err]).toEqual([27, 'timed out after 1 s\n']);
});

test.each(['SIGINT', 'SIGTERM'])('ends in order on %s', async (signal) => {
  const terminal = new TestTerminal();
  const subscribed = broker.subscribed();
  const left = new Promise<void>((resolve) => broker.aedes.once('clientDisconnect', () => resolve()));
  const done = run(subCommand(terminal), ['-p', String(broker.port), '-t', 'a']);
  await subscribed;
  terminal.emit(signal);
  await Promise.all([done, left]);
  expect([terminal.exitCode, terminal.err, terminal.listenerCount(signal)]).toEqual([undefined, '', 0]);
});

test('ends when nobody reads its output any more', async () => {
  const terminal = new TestTerminal();
  const subscribed = broker.subscribed();
  const done = run(subCommand(terminal), ['-p', String(broker.port), '-t', 'a']);
  await subscribed;
  terminal.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await done;
  expect([terminal.exitCode, terminal.err]).toEqual([undefined, '']);
});

test('goes on after the connection broke', async () => {
  const terminal = new TestTerminal();
  const subscribed = broker.subscribed();
  const done = run(subCommand(terminal), ['-p', String(broker.port), '-t', 'a', '-C', '1']);
  await subscribed;
  const again = broker.subscribed();
  broker.cut();
  await again;
  await send('a', 'after');
  await done;
  expect(terminal.out).toBe('after\n');
  expect(terminal.err).toMatch(/^the connection to .* broke: .*; trying again\nconnected to .* again\n$/);
});

describe('what goes wrong is said in a line', () => {
  test('a refused subscription', async () => {
    const terminal = await sub(['-t', 'secret/a']);
    expect([terminal.exitCode, terminal.err]).toEqual([
      1,
      `mqtt://127.0.0.1:${broker.port} refused the subscription to secret/a (unspecified error)\n`,
    ]);
  });

  test('one of several is refused: the others go on', async () => {
    const terminal = await sub(['-t', 'secret/a', '-t', '1', '-C', '1'], [['1', 'x']]);
    expect([terminal.exitCode, terminal.out]).toEqual([undefined, 'x\n']);
    expect(terminal.err).toContain('refused the subscription to secret/a');
  });

  test('no broker', async () => {
    const terminal = new TestTerminal();
    await run(subCommand(terminal), ['-p', String(await freePort()), '-t', 'a']);
    expect([terminal.exitCode, terminal.err]).toEqual([69, expect.stringContaining('nothing listens there')]);
  });

  test.each([
    [['-t', 'a/#/b'], 'cannot subscribe to "a/#/b": `#` matches all the rest'],
    [['-t', ''], 'a topic filter cannot be empty'],
    [[], 'which topic?'],
    [['-t', 'a', '-T', 'x+'], 'cannot subscribe to "x+"'],
    [
      ['-t', 'a', '--cafile', join(mkdtempSync(join(tmpdir(), 'automate-sub-')), 'none')],
      'there is no such file or folder',
    ],
  ])('%j', async (args, message) => {
    const terminal = await sub(args);
    expect(terminal.err).toContain(message);
    expect(terminal.exitCode).toBe(message.includes('no such file') ? 1 : 2);
  });
});
