import { Command, InvalidArgumentError } from 'commander';
import { fromPacket } from '../adapters/mqtt/properties.ts';
import { DEFAULT_BROKER } from '../app/brokers.ts';
import { topicFault } from '../core/topics/topic.ts';
import { parseDuration } from '../spec/duration.ts';
import { recordingLine } from '../testing/recording/write-line.ts';
import { brokerOfEnvironment, type UsualBroker } from './broker-address.ts';
import { addBrokerFlags, type BrokerFlags, chooseBroker } from './broker-flags.ts';
import { connect } from './connection.ts';
import { runCommand } from './failure.ts';
import { plural } from './print.ts';
import { RecordingFile } from './recording-file.ts';
import { checkedFilter } from './sub.ts';
import { eachOnce } from './subscribing.ts';
import { Subscription, type Wanted } from './subscription.ts';
import type { Output, Terminal } from './terminal.ts';

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
  addBrokerFlags(command, '5, and 3.1.1 where the broker refuses that')
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
  automate record 'zigbee2mqtt/#' 'tele/#' --for 1h | gzip > hour.ndjson.gz`;

async function record(
  written: readonly string[],
  flags: RecordFlags,
  terminal: Terminal,
  usual: UsualBroker,
): Promise<void> {
  // Properties there are in MQTT 5 alone.
  const broker = await chooseBroker(flags, usual, terminal.env, 'best');
  const filters = [...new Set((written.length === 0 ? [broker.topic ?? '#'] : written).map(checkedFilter))];
  const file = flags.output === undefined ? null : await RecordingFile.open(flags.output);
  const recorder = new Recorder();
  try {
    const connection = await connect(broker);
    const subscription = new Subscription(connection, file === null ? terminal : withOutput(terminal, file.stream), {
      filters,
      qos: 1, // With 2, messages would come in another order: those of QoS 2 later than what was published after them.
      subscribe: eachOnce,
      filterOut: [],
      render: recorder.render,
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
    }
  } finally {
    await file?.close();
  }
  terminal.stderr.write(recorder.summary);
}

/** Makes lines of what comes. */
class Recorder {
  #recorded = 0;
  #leftOut = 0;

  readonly render: Wanted['render'] = ({ topic, qos, retain, dup, properties }, payload) => {
    if (topicFault(topic) !== null) {
      this.#leftOut++; // As the engine does it.
      return '';
    }
    this.#recorded++;
    // A wall clock that is set while it goes on must change no length of time, and makes none that nobody can replay.
    const at = Math.floor(performance.timeOrigin + performance.now());
    const delivery = { topic, payload, qos, retained: retain, duplicate: dup, properties: fromPacket(properties) };
    return recordingLine({ at, delivery: { broker: DEFAULT_BROKER, ...delivery } }, DEFAULT_BROKER);
  };

  get summary(): string {
    const leftOut = this.#leftOut === 0 ? '' : `, ${this.#leftOut} left out: no rule can have such a topic`;
    return `${plural(this.#recorded, 'message')} recorded${leftOut}\n`;
  }
}

/** The terminal, with its output going elsewhere. */
function withOutput(terminal: Terminal, stdout: Output): Terminal {
  return {
    stdin: terminal.stdin,
    stdout,
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
    throw new InvalidArgumentError('Write a duration such as 30s, 5m or 1h30m, 24d at the most.');
  return length;
}
