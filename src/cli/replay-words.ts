import type { ReplayNote } from '../app/replay-notes.ts';
import type { ReplaySummary, VersionSummary } from '../app/replay.ts';
import { isoTime } from '../testing/recording/time.ts';
import type { BadLine } from '../testing/recording/reader.ts';
import { plural } from './print.ts';
import { printableLine } from './printable.ts';

/** Lines of a recording that are complained about one by one. */
const MAX_BAD_LINES = 20;

/** Complains about lines that are no messages, up to a number of them. */
export class BadLines {
  readonly #file: string;
  readonly #stderr: NodeJS.WritableStream;
  count = 0;

  constructor(file: string, stderr: NodeJS.WritableStream) {
    this.#file = file;
    this.#stderr = stderr;
  }

  tell({ line, message }: BadLine): void {
    this.count++;
    if (this.count > MAX_BAD_LINES) return;
    this.#stderr.write(`${this.#file}:${line} error bad-line: ${printableLine(message)}; the line is left out\n`);
  }

  end(): void {
    const untold = this.count - MAX_BAD_LINES;
    if (untold > 0) this.#stderr.write(`${this.#file}: ${untold} more ${untold === 1 ? 'line' : 'lines'} like these\n`);
  }
}

/** A line for what a rule could not do. */
export function noteLine(note: ReplayNote): string {
  const { at, key, topic, message } = note;
  const which = key === '' ? '' : `key ${key}, `;
  return `${isoTime(at)} ${kind(note)}: ${printableLine(`${message} (${which}topic ${topic})`)}\n`;
}

/** A line for all that was not told any more after a note like this. */
export function untoldLine(like: ReplayNote, count: number): string {
  return `${kind(like)}: ${count} more like these\n`;
}

function kind({ isOther, rule, reason }: ReplayNote): string {
  return `${isOther ? '+ ' : ''}${rule} ${reason}`;
}

/** What a replay came to, with the lines that were no messages and how long it took. */
export interface WholeSummary extends ReplaySummary {
  readonly badLines: number;
  readonly seconds: number;
}

/** What a replay came to, for a person. */
export function summaryLines(summary: WholeSummary): string {
  const { messages, seconds, oversize, badLines, against } = summary;
  const lines = [`${plural(messages, 'message')} in ${seconds.toFixed(2)} s, ${inWords(summary)}`];
  if (oversize > 0) lines.push(`${plural(oversize, 'message')} left out: the payload is larger than the limit`);
  if (badLines > 0) lines.push(`${plural(badLines, 'line')} left out: no messages`);
  if (against !== null) {
    lines.push(`the other version: ${inWords(against)}`);
    const { missing, added } = against;
    lines.push(
      missing + added === 0 ? 'no difference' : `${missing} only this one did (-), ${added} only the other (+)`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function inWords({ matched, effects, errors }: VersionSummary): string {
  const did = Object.entries(effects).map(([type, count]) => `${count} ${type}`);
  const wrong = Object.entries(errors).map(([reason, count]) => `${reason} ${count}`);
  const end = wrong.length === 0 ? '' : `; rule errors: ${wrong.join(', ')}`;
  return `${matched} matched: ${did.join(', ') || 'nothing done'}${end}`;
}
