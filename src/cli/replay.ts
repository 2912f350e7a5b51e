import { createReadStream, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { RecordedFields } from '../app/recorded-fields.ts';
import { hiddenFields, replayProgram, ReplaySession } from '../app/replay.ts';
import { DEFAULT_BROKER } from '../app/brokers.ts';
import { Program } from '../core/program.ts';
import type { Problem } from '../spec/problem.ts';
import type { RecordedMessage } from '../testing/recording/message.ts';
import { RecordingReader } from '../testing/recording/reader.ts';
import { readTime } from '../testing/recording/time.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, runCommand } from './failure.ts';
import { printProblems, useColor } from './print.ts';
import { chunksOf } from './reading.ts';
import { BadLines, noteLine, summaryLines, untoldLine } from './replay-words.ts';

interface ReplayCommandOptions extends ConfigOptions {
  readonly from?: number;
  readonly until?: number;
  readonly against?: string;
}

/** `automate replay <file>`: rules over a recording in virtual time. */
export function replayCommand(): Command {
  return withConfigOptions(new Command('replay'))
    .description('run the rules over a recording, in virtual time')
    .argument('<file>', 'the recording: NDJSON, as `automate record` writes it; `-` for standard input')
    .option('--from <time>', 'where virtual time begins (default: the first message)', time)
    .option('--until <time>', 'where it ends (default: the last message)', time)
    .option('--against <path>', 'rules to compare with: print only what those would have done differently')
    .action((file: string, options: ReplayCommandOptions) => runCommand(process, () => replay(file, options)));
}

function time(text: string): number {
  const at = readTime(/^-?\d+$/.test(text) ? Number(text) : text);
  if (at === null) throw new InvalidArgumentError('Write a time such as 2026-11-20T10:00:00Z, or epoch milliseconds.');
  return at;
}

async function replay(file: string, options: ReplayCommandOptions): Promise<void> {
  const { from = null, until = null, against } = options;
  if (from !== null && until !== null && from > until) throw new Failure('--until is before --from', EXIT.usage);
  const config = readConfig(options);
  if (config === null) return;
  const ours = await replayProgram(config, config.rules);
  const theirs = against === undefined ? null : await replayProgram(config, against);
  if (!(ours instanceof Program) || !(theirs === null || theirs instanceof Program)) {
    printAll([ours, theirs].flatMap((found) => (found === null || found instanceof Program ? [] : found)));
    process.exitCode = EXIT.badConfiguration;
    return;
  }

  const startedAt = performance.now();
  const { stderr } = process;
  const bad = new BadLines(file, stderr);
  const reader = new RecordingReader(DEFAULT_BROKER, (line) => bad.tell(line));
  const session = new ReplaySession(config, { from, until }, ours, theirs, (note) => stderr.write(noteLine(note)));
  const fields = new RecordedFields();
  for await (const text of output(file, reader, session, fields)) if (!(await print(text))) return;

  const seconds = (performance.now() - startedAt) / 1000;
  const { summary } = session;
  for (const { like, count } of session.untold()) stderr.write(untoldLine(like, count));
  bad.end();
  if (options.json !== true) printAll(await hiddenFields(config, config.rules, fields));
  const whole = { ...summary, badLines: bad.count, seconds };
  stderr.write(options.json === true ? `${JSON.stringify(whole)}\n` : summaryLines(whole));
  const differs = summary.against !== null && summary.against.missing + summary.against.added > 0;
  if (bad.count > 0 || differs) process.exitCode = EXIT.failed;
}

/** What is to be printed, some of it at a time. */
async function* output(
  file: string,
  reader: RecordingReader,
  session: ReplaySession,
  fields: RecordedFields,
): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  for await (const piece of chunksOf(input, file, EXIT.usage)) {
    yield* session.send(seen(reader.read(piece), fields));
    yield session.take(); // Who watches a recording that is being made sees each line when it comes.
    if (session.isOver) break;
  }
  yield* session.send(seen(reader.end(), fields));
  yield* session.end();
  yield session.take();
}

/** The same messages, whose fields have been looked at. */
function* seen(messages: Iterable<RecordedMessage>, fields: RecordedFields): Generator<RecordedMessage> {
  for (const message of messages) {
    fields.see(message);
    yield message;
  }
}

/** Print, and wait until it is written; false when nobody reads it any more, or it cannot be written. */
function print(text: string): Promise<boolean> {
  if (text === '') return Promise.resolve(true);
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => resolve(error === null || error === undefined));
  });
}

function printAll(problems: readonly Problem[]): void {
  const textOf = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  printProblems(problems, textOf, process.stderr, useColor(process.stderr));
}
