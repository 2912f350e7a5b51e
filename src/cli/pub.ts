import { createReadStream } from 'node:fs';
import { Command, Option } from 'commander';
import type { QoS } from '../core/event.ts';
import { topicFault } from '../core/topics/topic.ts';
import { brokerOfEnvironment, type UsualBroker } from './broker-address.ts';
import { addBrokerFlags, type BrokerFlags, chooseBroker } from './broker-flags.ts';
import { connect } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, runCommand } from './failure.ts';
import { chunksOf, linesOf } from './reading.ts';
import { parseProperties } from './publish-properties.ts';
import { Publisher } from './publisher.ts';
import { qosOption } from './qos-option.ts';
import type { Terminal } from './terminal.ts';

interface PubFlags extends BrokerFlags {
  readonly topic?: string;
  readonly message?: string;
  readonly nullMessage?: true;
  readonly file?: string;
  readonly stdinFile?: true;
  readonly stdinLine?: true;
  readonly qos: QoS;
  readonly retain?: true;
  readonly property?: readonly string[];
}

/** `automate pub`: publish, with the flags of mosquitto_pub. */
export function pubCommand(terminal: Terminal = process, usual: UsualBroker = brokerOfEnvironment): Command {
  const command = new Command('pub')
    .summary('publish a message')
    .description('Publish a message, with the flags of mosquitto_pub.');
  addBrokerFlags(command)
    .option('-t, --topic <topic>', 'where to')
    .addOption(source('-m, --message <text>', 'the message'))
    .addOption(source('-n, --null-message', 'an empty message; with --retain it takes the retained one away'))
    .addOption(source('-f, --file <file>', 'the content of a file'))
    .addOption(source('-s, --stdin-file', 'all of stdin as one message'))
    .addOption(source('-l, --stdin-line', 'each line of stdin as a message'))
    .addOption(qosOption())
    .option('-r, --retain', 'the broker keeps it for those who subscribe later')
    .option('-D, --property <words...>', 'MQTT 5: publish <name> <value>, or publish user-property <name> <value>')
    .addHelpText('after', EXAMPLES)
    .action((flags: PubFlags) => runCommand(terminal, () => publish(flags, terminal, usual)));
  return command;
}

const EXAMPLES = `
Examples:
  automate pub -t home/kitchen/temperature -m '{"temperature": 31}'
  automate pub -h broker.lan -t home/mode -m away --retain --qos 1
  tail -f readings.ndjson | automate pub -t readings -l`;

const SOURCES = ['message', 'nullMessage', 'file', 'stdinFile', 'stdinLine'] as const;

function source(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.conflicts(SOURCES.filter((name) => name !== option.attributeName()));
}

async function publish(flags: PubFlags, terminal: Terminal, usual: UsualBroker): Promise<void> {
  if (SOURCES.every((name) => flags[name] === undefined)) {
    throw new Failure(
      'what to publish? Give --message, --null-message, --file, --stdin-file or --stdin-line',
      EXIT.usage,
    );
  }
  const properties = parseProperties(flags.property ?? []);
  const broker = await chooseBroker(flags, usual, terminal.env, properties === undefined ? 4 : 5);
  if (properties !== undefined && broker.access.protocol === 4) {
    throw new Failure('MQTT 3.1.1 has no properties: leave out -D, or speak MQTT 5 (--protocol-version 5)', EXIT.usage);
  }
  const topic = flags.topic ?? broker.topic;
  if (topic === undefined) throw new Failure('which topic? Give --topic', EXIT.usage);
  const fault = topicFault(topic);
  if (fault !== null) throw new Failure(`cannot publish to ${JSON.stringify(topic)}: ${fault}`, EXIT.usage);
  const messages = await messagesOf(flags, terminal);
  const connection = await connect(broker);
  const publisher = new Publisher(connection, { topic, qos: flags.qos, retain: flags.retain === true, properties });
  try {
    await publishAll(messages, publisher, terminal);
  } finally {
    await connection.close();
  }
}

/** Stops reading when the user wants to leave, which the exit code says, and when the connection breaks. */
async function publishAll(
  messages: Iterable<Buffer> | AsyncIterable<Buffer>,
  publisher: Publisher,
  terminal: Terminal,
): Promise<void> {
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    terminal.stdin.destroy();
  };
  const onInterrupt = (): void => {
    terminal.exitCode = EXIT.interrupted;
    stop();
  };
  terminal.once('SIGINT', onInterrupt);
  publisher.broken.catch(stop);
  try {
    for await (const message of messages) await publisher.publish(message);
  } catch (error) {
    // An open stdin would keep the program from ending.
    terminal.stdin.destroy();
    if (!stopped) throw error;
  } finally {
    terminal.off('SIGINT', onInterrupt);
  }
  await publisher.finish();
}

async function messagesOf(flags: PubFlags, { stdin }: Terminal): Promise<Iterable<Buffer> | AsyncIterable<Buffer>> {
  if (flags.message !== undefined) return [Buffer.from(flags.message)];
  if (flags.nullMessage === true) return [Buffer.alloc(0)];
  if (flags.stdinLine === true) return linesOf(chunksOf(stdin, 'stdin'));
  const chunks =
    flags.file === undefined ? chunksOf(stdin, 'stdin') : chunksOf(createReadStream(flags.file), flags.file);
  const content: Buffer[] = [];
  for await (const chunk of chunks) content.push(chunk);
  return [Buffer.concat(content)];
}
