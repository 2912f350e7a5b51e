import { Command } from 'commander';
import type { QoS } from '../core/event.ts';
import { isFilter, parseFilter } from '../core/topics/filter.ts';
import { brokerOfEnvironment, type UsualBroker } from './broker-address.ts';
import { addBrokerFlags, type BrokerFlags, chooseBroker, wholeNumber } from './broker-flags.ts';
import { connect } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, runCommand } from './failure.ts';
import { qosOption } from './qos-option.ts';
import { printable, printableLine } from './printable.ts';
import { everyCopy } from './subscribing.ts';
import { Subscription, type Wanted } from './subscription.ts';
import type { Terminal } from './terminal.ts';

interface SubFlags extends BrokerFlags {
  readonly topic?: readonly string[];
  readonly qos: QoS;
  readonly verbose?: true;
  readonly count?: number;
  readonly wait?: number;
  /** `false` after `-R`. */
  readonly stale: boolean;
  readonly retainedOnly?: true;
  readonly filterOut?: readonly string[];
  /** `false` after `-N`. */
  readonly eol: boolean;
}

/** `automate sub`: subscribe and print, with the flags of mosquitto_sub. */
export function subCommand(terminal: Terminal = process, usual: UsualBroker = brokerOfEnvironment): Command {
  const command = new Command('sub').summary('print messages as they come');
  command.description('Subscribe and print what comes, with the flags of mosquitto_sub.');
  addBrokerFlags(command)
    .option('-t, --topic <filter>', 'what to listen to; several times for several', collect)
    .addOption(qosOption())
    .option('-v, --verbose', 'print the topic before the message')
    .option('-C, --count <number>', 'end after so many messages', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option(
      '-W, --wait <seconds>',
      `end after so many seconds, with exit code ${EXIT.timedOut}`,
      wholeNumber(1, 2_000_000),
    )
    .option('-R, --no-stale', 'leave out messages that the broker had kept (retained)')
    .option('--retained-only', 'only messages that the broker had kept; end at the first live one')
    .option('-T, --filter-out <filter>', 'leave out these topics; several times for several', collect)
    .option('-N, --no-eol', 'no line end after each message')
    .addHelpText('after', EXAMPLES)
    .action((flags: SubFlags) => runCommand(terminal, () => subscribe(flags, terminal, usual)));
  return command;
}

const EXAMPLES = `
Examples:
  automate sub -v -t 'home/#'
  automate sub -t 'home/+/light/control' -C 1 -W 10`;

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

async function subscribe(flags: SubFlags, terminal: Terminal, usual: UsualBroker): Promise<void> {
  const broker = await chooseBroker(flags, usual, terminal.env);
  const written = [...(flags.topic ?? []), ...(broker.topic === undefined ? [] : [broker.topic])];
  if (written.length === 0) throw new Failure("which topic? Give --topic, such as --topic 'home/#'", EXIT.usage);
  const filters = [...new Set(written.map(checkedFilter))];
  const filterOut = (flags.filterOut ?? []).map(checkedFilter);
  const connection = await connect(broker);
  const subscription = new Subscription(connection, terminal, {
    filters,
    qos: flags.qos,
    subscribe: everyCopy,
    filterOut,
    render: renderer(flags.verbose === true, flags.eol),
    announce: flags.verbose === true,
    count: flags.count,
    waitMs: flags.wait === undefined ? undefined : flags.wait * 1000,
    stale: flags.stale,
    retainedOnly: flags.retainedOnly === true,
    timeUp: 'failed',
  });
  try {
    await subscription.run();
  } finally {
    await connection.close();
  }
}

/** As mosquitto_sub has it: an empty message is `(null)` behind its topic, and nothing at all without. */
function renderer(verbose: boolean, endOfLine: boolean): Wanted['render'] {
  const end = endOfLine ? '\n' : '';
  return ({ topic }, payload, isTerminal) => {
    const name = verbose ? `${isTerminal ? printableLine(topic) : topic} ` : '';
    if (payload.length === 0) return verbose && endOfLine ? `${name}(null)${end}` : '';
    if (isTerminal) return `${name}${printable(payload)}${end}`;
    return Buffer.concat([Buffer.from(name), payload, Buffer.from(end)]);
  };
}

/** The filter as the broker wants it: the named wildcards of rules are understood. */
export function checkedFilter(text: string): string {
  const parsed = parseFilter(text);
  if (isFilter(parsed)) return parsed.text;
  const hint = parsed.hint === undefined ? '' : `; ${parsed.hint}`;
  throw new Failure(`cannot subscribe to ${JSON.stringify(text)}: ${parsed.message}${hint}`, EXIT.usage);
}
