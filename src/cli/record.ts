import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { fromPacket } from '../adapters/mqtt/properties.ts';
import { DEFAULT_BROKER } from '../app/transports.ts';
import { parseDuration } from '../spec/duration.ts';
import { recordingLine } from '../testing/recording/write-line.ts';
import { brokerOfEnvironment, type UsualBroker } from './broker-address.ts';
import { addBrokerFlags, type BrokerFlags, chooseBroker } from './broker-flags.ts';
import { connect } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords, runCommand } from './failure.ts';
import { plural } from './print.ts';
import { checkedFilter } from './sub.ts';
import { Subscription, type Wanted } from './subscription.ts';
import type { Terminal } from './terminal.ts';

interface RecordFlags extends BrokerFlags {
  readonly output?: string;
  readonly for?: number;
}

/** `automate record [filters]`: what comes over a broker, as a recording that `replay` reads. */
export function recordCommand(terminal: Terminal = process, usual: UsualBroker = brokerOfEnvironment): Command {
  const command = new Command('record').summary('write what comes over a broker to a file, for replay');
  command
    .description('Write what comes over a broker as NDJSON, one message a line, for `automate replay`.')
    .argument('[filters...]', 'what to listen to (default: #)');
  addBrokerFlags(command)
    .option('-o, --output <file>', 'where to (default: standard output); what was there is kept, and added to')
    .option('--for <duration>', 'end after so long, such as 1h (default: Ctrl-C)', duration)
    .addHelpText('after', EXAMPLES)
    .action((filters: string[], flags: RecordFlags) =>
      runCommand(terminal, () => record(filters, flags, terminal, usual)),
    );
  return command;
}

const EXAMPLES = `
Examples:
  automate record -o day.ndjson --for 1d
  automate record 'zigbee2mqtt/#' 'tele/#' | gzip > day.ndjson.gz`;

async function record(
  written: readonly string[],
  flags: RecordFlags,
  terminal: Terminal,
  usual: UsualBroker,
): Promise<void> {
  const broker = await chooseBroker(flags, usual, terminal.env);
  const filters = [...new Set((written.length === 0 ? [broker.topic ?? '#'] : written).map(checkedFilter))];
  const file = flags.output === undefined ? null : await opened(flags.output);
  let messages = 0;
  let last = 0;
  const render: Wanted['render'] = ({ topic, qos, retain, dup, properties }, payload) => {
    messages++;
    // A clock that is set back must not make a recording that nobody can replay.
    last = Math.max(last, Date.now());
    const delivery = {
      broker: DEFAULT_BROKER,
      topic,
      payload,
      qos,
      retained: retain,
      duplicate: dup,
      properties: fromPacket(properties),
    };
    return recordingLine({ at: last, delivery }, DEFAULT_BROKER);
  };
  const connection = await connect(broker);
  const output = file === null ? terminal : withOutput(terminal, file);
  const subscription = new Subscription(connection, output, {
    filters,
    qos: 1,
    filterOut: [],
    render,
    announce: true,
    count: undefined,
    waitMs: flags.for,
    timeUp: 'done',
    stale: true,
    retainedOnly: false,
  });
  try {
    await subscription.run();
  } finally {
    await connection.close();
    if (file !== null) await closed(file, flags.output ?? '');
  }
  terminal.stderr.write(`${plural(messages, 'message')} recorded\n`);
}

async function opened(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { flags: 'a' });
  file.on('error', () => {}); // Told when it is closed.
  try {
    await once(file, 'open');
  } catch (error) {
    throw new Failure(`cannot write ${path}: ${inWords(error)}`, EXIT.usage);
  }
  return file;
}

async function closed(file: WriteStream, path: string): Promise<void> {
  if (file.errored !== null) throw new Failure(`cannot write ${path}: ${inWords(file.errored)}`);
  file.end();
  await once(file, 'close');
}

/** The terminal, with its output going into a file. */
function withOutput(terminal: Terminal, file: WriteStream): Terminal {
  return {
    stdin: terminal.stdin,
    stdout: file,
    stderr: terminal.stderr,
    env: terminal.env,
    once: (signal, listener) => terminal.once(signal, listener),
    off: (signal, listener) => terminal.off(signal, listener),
  };
}

/** Node's timers reach 24.8 days. */
const MAX_DURATION = 2 ** 31 - 1;

function duration(text: string): number {
  const length = parseDuration(text);
  if (length === undefined || length <= 0 || length > MAX_DURATION)
    throw new InvalidArgumentError('expected a duration such as 30s, 5m or 1h30m, 24d at the most');
  return length;
}
