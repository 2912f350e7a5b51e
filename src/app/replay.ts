import type { Effect } from '../core/effect.ts';
import { Program } from '../core/program.ts';
import type { Log } from '../ports/log.ts';
import { Notes } from '../runtime/notes.ts';
import type { Problem } from '../spec/problem.ts';
import { Difference } from '../testing/difference.ts';
import { effectLine } from '../testing/effect-line.ts';
import { Replay, type ReplayOptions } from '../testing/replay.ts';
import { checkRules } from './check.ts';
import type { Config } from './config.ts';

/** The rules of a file or folder, to be replayed: in UTC unless the configuration says otherwise. Or their errors. */
export async function replayProgram(config: Config, path: string): Promise<Program | readonly Problem[]> {
  const utc = config.spec.timezone === undefined ? { ...config, timezone: 'UTC' } : config;
  const { problems, running } = await checkRules(utc, [path]);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return errors;
  const files = [...running.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return new Program(files.flatMap(({ rules }) => rules.map(({ rule }) => rule)));
}

export type ReplaySpan = Pick<ReplayOptions, 'from' | 'until'>;

export interface ReplaySummary {
  readonly messages: number;
  readonly unmatched: number;
  readonly effects: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  /** Null where nothing was compared. */
  readonly differences: number | null;
}

/** One replay, or two side by side, and what is to be printed of them. */
export class ReplaySession {
  readonly #ours: Replay;
  readonly #theirs: Replay | null;
  readonly #difference: Difference;
  readonly #counts = new Map<string, number>();
  #lines: string[] = [];

  /** `log` is told what the rules could not do: each kind of thing at most every ten seconds of virtual time. */
  constructor({ limits }: Config, span: ReplaySpan, ours: Program, theirs: Program | null, log: Log) {
    const notes = new Notes(log, () => this.#ours.machine?.now ?? 0);
    const settings = { limits: limits.machine, ...span };
    this.#ours = new Replay(ours, { ...settings, note: (note) => notes.tell(note) });
    this.#theirs = theirs === null ? null : new Replay(theirs, { ...settings, note: () => {} });
    this.#difference = new Difference((line) => this.#lines.push(line));
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

  /** What has come of it: numbers of messages, of effects by type and of rule errors by reason. */
  get summary(): ReplaySummary {
    const { messages, machine } = this.#ours;
    return {
      messages,
      unmatched: machine?.unmatched ?? 0,
      effects: Object.fromEntries(this.#counts),
      errors: this.#errors(),
      differences: this.#theirs === null ? null : this.#difference.lines,
    };
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
