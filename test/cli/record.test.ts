import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordCommand } from '../../src/cli/record.ts';
import { RecordingReader } from '../../src/testing/recording/reader.ts';
import { type SmallBroker, startBroker } from './small-broker.ts';
import { run, TestTerminal } from './test-terminal.ts';
import { bytesOf } from '../../src/runtime/payload-bytes.ts';

let broker: SmallBroker;
beforeEach(async () => {
  broker = await startBroker({
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, subscription.topic.startsWith('secret') ? null : subscription),
  });
});
afterEach(() => broker.stop());

function send(topic: string, payload: string): Promise<void> {
  const packet = { cmd: 'publish' as const, topic, payload, retain: false, qos: 0 as const, dup: false };
  return new Promise((resolve, reject) => broker.aedes.publish(packet, (error) => (error ? reject(error) : resolve())));
}

/** Records what is sent until Ctrl-C, which comes with the message `end`. */
async function record(
  args: readonly string[],
  messages: readonly (readonly [string, string])[],
): Promise<TestTerminal> {
  const terminal = new TestTerminal();
  const subscribed = broker.subscribed();
  const done = run(recordCommand(terminal), ['-p', String(broker.port), ...args]);
  await subscribed;
  terminal.stdout.on('data', (line: Buffer) => {
    if (line.toString().includes('"end"')) terminal.emit('SIGINT');
  });
  for (const [topic, payload] of messages) await send(topic, payload);
  await done;
  return terminal;
}

test('prints what comes as lines that are read back, until Ctrl-C', async () => {
  const messages = [
    ['a', '{"x": 1}'],
    ['b/c', 'ON'],
    ['a', 'end'],
  ] as const;
  const { out, err, exitCode } = await record([], messages);
  const bad: unknown[] = [];
  const read = [...new RecordingReader('default', (line) => bad.push(line)).read(Buffer.from(out))];
  expect(bad).toEqual([]);
  expect(read.map(({ delivery }) => [delivery.topic, bytesOf(delivery.payload).toString()])).toEqual(messages);
  expect([err, exitCode]).toEqual([`subscribed on mqtt://127.0.0.1:${broker.port}\n3 messages recorded\n`, undefined]);
});

test('leaves out what the engine would drop, and says so', async () => {
  const { out, err } = await record(
    ['#'],
    [
      ['a\u0001', '1'],
      ['a', 'end'],
    ],
  );
  expect(out.split('\n').length).toBe(2);
  expect(err).toContain('1 message recorded, 1 left out: no rule can have such a topic\n');
});

test('ends when the broker refuses all of its filters, and goes on with those it grants', async () => {
  const terminal = new TestTerminal();
  await run(recordCommand(terminal), ['-p', String(broker.port), 'secret/a']);
  expect([terminal.err, terminal.exitCode]).toEqual([
    `mqtt://127.0.0.1:${broker.port} refused the subscription to secret/a (the broker refused it)\n`,
    1,
  ]);
  const { out, err } = await record(['secret/a', 'b'], [['b', 'end']]);
  expect(out).toContain('"payload":"end"');
  expect(err).toContain('refused the subscription to secret/a');
});
