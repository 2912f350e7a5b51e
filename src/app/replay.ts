import type { Effect } from '../core/effect.ts';
import type { Machine } from '../core/machine.ts';
import { Program } from '../core/program.ts';
import type { Problem } from '../spec/problem.ts';
import { Difference } from '../testing/difference.ts';
import { effectLine } from '../testing/effect-line.ts';
import type { RecordedMessage } from '../testing/recording/message.ts';
import { Replay, type ReplayOptions, type Step } from '../testing/replay.ts';
import { checkRules } from './check.ts';
import type { Config } from './config.ts';
import type { RecordedFields } from './recorded-fields.ts';
import { ReplayNotes, type ReplayNote } from './replay-notes.ts';
import { inVirtualTime } from './rules.ts';

/** The rules of a file or folder, to be replayed: in UTC unless the configuration says otherwise. Or their errors. */
export async function replayProgram(config: Config, path: string): Promise<Program | readonly Problem[]> {
  const { problems, inOrder } = await checkRules(inVirtualTime(config), [path]);
  const errors = problems.filter(({ severity }) => severity === 'error');
  return errors.length > 0 ? errors : new Program(inOrder);
}

/** Where a name of the rules hides a field that the messages of a recording have. */
export async function hiddenFields(config: Config, path: string, { all }: RecordedFields): Promise<readonly Problem[]> {
  if (all.length === 0) return [];
  const { problems } = await checkRules(inVirtualTime(config), [path], false, all);
  return problems.filter(({ code }) => code === 'hidden-field');
}

/** The part of a recording that is replayed. */
export type ReplaySpan = Pick<ReplayOptions, 'from' | 'until'>;

type Counts = Readonly<Record<string, number>>;

/** What one version of the rules came to: numbers of messages that reached a rule, effects by type and rule errors by reason. */
export interface VersionSummary {
  readonly matched: number;
  readonly effects: Counts;
  readonly errors: Counts;
}

/** What a whole replay came to. */
export interface ReplaySummary extends VersionSummary {
  readonly messages: number;
  /** Messages with a payload larger than the limit. */
  readonly oversize: number;
  /** The version compared with, and the lines that only one of the two printed; null where nothing was compared. */
  readonly against: (VersionSummary & { readonly missing: number; readonly added: number }) | null;
}

/** Characters of lines that are worth printing. */
const MUCH = 1 << 16;

/** One replay, or two side by side, and what is to be printed of them. */
export class ReplaySession {
  readonly #replay: Replay;
  readonly #difference: Difference | null;
  readonly #notes: ReplayNotes;
  readonly #effects: readonly [Record<string, number>, Record<string, number>] = [{}, {}];
  #text = '';

  /** `tell` is told what rules could not do: the first few of each kind. */
  constructor(
    { limits }: Config,
    span: ReplaySpan,
    ours: Program,
    theirs: Program | null,
    tell: (note: ReplayNote) => void,
  ) {
    this.#notes = new ReplayNotes(tell);
    this.#difference = theirs === null ? null : new Difference((line) => this.#print(line));
    this.#replay = new Replay(theirs === null ? [ours] : [ours, theirs], {
      ...span,
      limits: limits.machine,
      payloadBytes: limits.payloadBytes,
      note: (note, at, place) => this.#notes.add({ ...note, at, isOther: place > 0 }),
    });
  }

  /** No message that comes now is let through any more. */
  get isOver(): boolean {
    return this.#replay.isOver;
  }

  /** Let messages through. Yields what is to be printed, as soon as it is much; the rest is there to be taken. */
  *send(messages: Iterable<RecordedMessage>): Generator<string> {
    for (const message of messages) {
      for (const step of this.#replay.send(message)) {
        this.#show(step);
        if (this.#text.length >= MUCH) yield this.take();
      }
      if (this.#replay.isOver) return;
    }
  }

  /** Let time pass to its end. Yields as `send` does. */
  *end(): Generator<string> {
    for (const step of this.#replay.end()) {
      this.#show(step);
      if (this.#text.length >= MUCH) yield this.take();
    }
    this.#difference?.end();
  }

  /** What is still to be printed. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** What rules said more often than was told. */
  untold(): ReturnType<ReplayNotes['untold']> {
    return this.#notes.untold();
  }

  get summary(): ReplaySummary {
    const { messages, oversize, machines } = this.#replay;
    const [ours, theirs] = machines;
    const version = (machine: Machine | undefined, effects: Counts): VersionSummary => ({
      matched: machine === undefined ? 0 : messages - oversize - machine.unmatched,
      effects,
      errors: errorsOf(machine),
    });
    const { onlyOurs: missing, onlyTheirs: added } = this.#difference ?? { onlyOurs: 0, onlyTheirs: 0 };
    return {
      messages,
      oversize,
      ...version(ours, this.#effects[0]),
      against: this.#difference === null ? null : { ...version(theirs, this.#effects[1]), missing, added },
    };
  }

  #show([ours = [], theirs = []]: Step): void {
    count(ours, this.#effects[0]);
    count(theirs, this.#effects[1]);
    if (this.#difference !== null) this.#difference.add(ours, theirs);
    else for (const effect of ours) this.#print(effectLine(effect));
  }

  #print(line: string): void {
    this.#text += `${line}\n`;
  }
}

function count(effects: readonly Effect[], counts: Record<string, number>): void {
  for (const { type } of effects) counts[type] = (counts[type] ?? 0) + 1;
}

/** How often rules went wrong, by reason. */
function errorsOf(machine: Machine | undefined): Counts {
  const sums: Record<string, number> = {};
  for (const { tally } of machine?.running ?? []) {
    for (const [reason, number] of Object.entries(tally.errors)) {
      if (number > 0) sums[reason] = (sums[reason] ?? 0) + number;
    }
  }
  return sums;
}
