import { createReadStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { replayProgram, ReplaySession, type ReplaySummary } from '../app/replay.ts';
import { DEFAULT_BROKER } from '../app/transports.ts';
import { Program } from '../core/program.ts';
import type { Problem } from '../spec/problem.ts';
import { readTime, RecordingReader, type BadLine } from '../testing/recording.ts';
import { readConfig, withConfigOptions, type ConfigOptions } from './configuration.ts';
import { EXIT } from './exit-codes.ts';
import { plural, printProblems, useColor } from './print.ts';
import { printableLine } from './printable.ts';

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
    .action(replay);
}

/** How much is read at a time, and then printed. Bytes. */
const PIECE = 1 << 20;

/** Lines of a recording that are complained about one by one. */
const MAX_BAD_LINES = 20;

async function replay(file: string, options: ReplayCommandOptions): Promise<void> {
  const config = readConfig(options);
  if (config === null) return;
  const ours = await replayProgram(config, config.rules);
  const theirs = options.against === undefined ? null : await replayProgram(config, options.against);
  if (!(ours instanceof Program) || (theirs !== null && !(theirs instanceof Program))) {
    for (const problems of [ours, theirs])
      if (Array.isArray(problems))
        printProblems(problems as readonly Problem[], textOf, process.stderr, useColor(process.stderr));
    process.exitCode = EXIT.badConfiguration;
    return;
  }
  const startedAt = performance.now();
  const span = { from: options.from ?? null, until: options.until ?? null };
  const session = new ReplaySession(config, span, ours, theirs, { write: writeNote });
  const bad = new BadLines(file);
  const reader = new RecordingReader(
    DEFAULT_BROKER,
    (message) => session.send(message),
    (line) => bad.tell(line),
  );
  try {
    const input =
      file === '-'
        ? process.stdin.setEncoding('utf8')
        : createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE });
    for await (const piece of input) {
      reader.push(piece as string); // The stream has an encoding.
      if (!(await print(session.take()))) return;
    }
  } catch (error) {
    process.stderr.write(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  reader.end();
  session.end();
  if (!(await print(session.take()))) return;
  bad.end();
  const { summary } = session;
  const seconds = (performance.now() - startedAt) / 1000;
  process.stderr.write(
    options.json === true
      ? `${JSON.stringify({ ...summary, badLines: bad.count })}\n`
      : inWords(summary, bad.count, seconds),
  );
  if (bad.count > 0 || (summary.differences ?? 0) > 0) process.exitCode = EXIT.failed;
}

function inWords(summary: ReplaySummary, badLines: number, seconds: number): string {
  const { messages, unmatched, effects, errors, differences } = summary;
  const did = Object.entries(effects).map(([type, count]) => `${count} ${type}`);
  const wrong = Object.entries(errors).map(([reason, count]) => `${reason} ${count}`);
  const lines = [
    `${plural(messages, 'message')} in ${seconds.toFixed(2)} s, ${unmatched} of them for no rule: ${did.join(', ') || 'nothing done'}`,
    ...(wrong.length === 0 ? [] : [`rule errors: ${wrong.join(', ')}`]),
    ...(badLines === 0 ? [] : [`${plural(badLines, 'line')} of the recording left out`]),
    ...(differences === null ? [] : [`${plural(differences, 'line')} differ`]),
  ];
  return `${lines.join('\n')}\n`;
}

function writeNote(level: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const details = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  process.stderr.write(`${level}: ${printableLine(message)} (${printableLine(details.join(' '))})\n`);
}

/** Complains about lines that are no messages, up to a number of them. */
class BadLines {
  readonly #file: string;
  count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  tell({ line, message }: BadLine): void {
    this.count++;
    if (this.count <= MAX_BAD_LINES)
      process.stderr.write(`${this.#file}:${line} error bad-line: ${printableLine(message)}; the line is left out\n`);
  }

  end(): void {
    if (this.count > MAX_BAD_LINES) process.stderr.write(`and ${this.count - MAX_BAD_LINES} more lines like these\n`);
  }
}

/** Print, and wait for whoever reads it; false when nobody does. */
async function print(text: string): Promise<boolean> {
  const { stdout } = process;
  if (stdout.destroyed || stdout.errored !== null) return false;
  if (text !== '' && !stdout.write(text)) {
    await Promise.race([once(stdout, 'drain'), once(stdout, 'close'), once(stdout, 'error')]).catch(() => {});
  }
  return !stdout.destroyed && stdout.errored === null;
}

function time(text: string): number {
  const at = readTime(/^-?\d+$/.test(text) ? Number(text) : text);
  if (at === null)
    throw new InvalidArgumentError('expected a time such as 2026-11-20T10:00:00Z, or epoch milliseconds');
  return at;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
