import { createReadStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { checkRules } from '../app/check.ts';
import type { Config } from '../app/config.ts';
import { DEFAULT_BROKER } from '../app/transports.ts';
import type { Effect } from '../core/effect.ts';
import { Program } from '../core/program.ts';
import { Notes } from '../runtime/notes.ts';
import { Difference } from '../testing/difference.ts';
import { effectLine } from '../testing/effect-line.ts';
import { readTime, RecordingReader, type BadLine } from '../testing/recording.ts';
import { Replay } from '../testing/replay.ts';
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
  const ours = await programOf(config, config.rules);
  const theirs = options.against === undefined ? null : await programOf(config, options.against);
  if (ours === null || (options.against !== undefined && theirs === null)) {
    process.exitCode = EXIT.badConfiguration;
    return;
  }
  const startedAt = performance.now();
  const session = new Session(config, options, ours, theirs);
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
  const seconds = (performance.now() - startedAt) / 1000;
  process.stderr.write(options.json === true ? `${session.json(bad.count)}\n` : session.summary(bad.count, seconds));
  if (bad.count > 0 || session.differences > 0) process.exitCode = EXIT.failed;
}

/** The rules of a file or folder; null where they have errors, which are printed. */
async function programOf(config: Config, path: string): Promise<Program | null> {
  const utc = config.spec.timezone === undefined ? { ...config, timezone: 'UTC' } : config;
  const { problems, running } = await checkRules(utc, [path]);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    printProblems(errors, textOf, process.stderr, useColor(process.stderr));
    return null;
  }
  const files = [...running.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return new Program(files.flatMap(({ rules }) => rules.map(({ rule }) => rule)));
}

/** One replay, or two side by side, and what is to be printed of them. */
class Session {
  readonly #ours: Replay;
  readonly #theirs: Replay | null;
  readonly #difference: Difference;
  readonly #counts = new Map<string, number>();
  #lines: string[] = [];

  constructor(config: Config, options: ReplayCommandOptions, ours: Program, theirs: Program | null) {
    const notes = new Notes(
      { write: (level, message, fields) => process.stderr.write(noteLine(level, message, fields)) },
      () => this.#ours.machine?.now ?? 0,
    );
    const settings = { limits: config.limits.machine, from: options.from ?? null, until: options.until ?? null };
    this.#ours = new Replay(ours, { ...settings, note: (note) => notes.tell(note) });
    this.#theirs = theirs === null ? null : new Replay(theirs, { ...settings, note: () => {} });
    this.#difference = new Difference((line) => this.#lines.push(line));
  }

  get differences(): number {
    return this.#difference.lines;
  }

  send(message: Parameters<Replay['send']>[0]): void {
    this.#show(this.#ours.send(message), this.#theirs?.send(message) ?? []);
  }

  end(): void {
    this.#show(this.#ours.end(), this.#theirs?.end() ?? []);
    this.#difference.end();
  }

  /** The lines since the last call, as one text. */
  take(): string {
    if (this.#lines.length === 0) return '';
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    return text;
  }

  summary(badLines: number, seconds: number): string {
    const { messages, machine } = this.#ours;
    const did = [...this.#counts].map(([type, count]) => `${count} ${type}`);
    const wrong = Object.entries(this.#errors()).map(([reason, count]) => `${reason} ${count}`);
    const lines = [
      `${plural(messages, 'message')} in ${seconds.toFixed(2)} s, ${machine?.unmatched ?? 0} of them for no rule: ${did.join(', ') || 'nothing done'}`,
      ...(wrong.length === 0 ? [] : [`rule errors: ${wrong.join(', ')}`]),
      ...(badLines === 0 ? [] : [`${plural(badLines, 'line')} of the recording left out`]),
      ...(this.#theirs === null ? [] : [`${plural(this.differences, 'line')} differ`]),
    ];
    return `${lines.join('\n')}\n`;
  }

  json(badLines: number): string {
    const { messages, machine } = this.#ours;
    const effects = Object.fromEntries(this.#counts);
    const differences = this.#theirs === null ? {} : { differences: this.differences };
    return JSON.stringify({
      messages,
      unmatched: machine?.unmatched ?? 0,
      effects,
      errors: this.#errors(),
      badLines,
      ...differences,
    });
  }

  #show(ours: readonly Effect[], theirs: readonly Effect[]): void {
    for (const { type } of ours) this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
    if (this.#theirs !== null) this.#difference.add(ours, theirs);
    else for (const effect of ours) this.#lines.push(effectLine(effect));
  }

  /** How often rules went wrong, by reason. */
  #errors(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { tally } of this.#ours.machine?.running ?? []) {
      for (const [reason, count] of Object.entries(tally.errors)) {
        if (count > 0) sums[reason] = (sums[reason] ?? 0) + count;
      }
    }
    return sums;
  }
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

function noteLine(level: string, message: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const details = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${level}: ${printableLine(message)} (${printableLine(details.join(' '))})\n`;
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
