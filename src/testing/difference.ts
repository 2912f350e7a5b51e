import type { Effect } from '../core/effect.ts';
import { effectLine } from './effect-line.ts';

/**
 * What two versions of the rules did differently with the same messages, moment by moment: lines of one that the other
 * does not have at that moment. It holds no more than the effects of one moment.
 */
export class Difference {
  readonly #tell: (line: string) => void;
  #at = -Infinity;
  #ours: string[] = [];
  #theirs: string[] = [];
  /** How many lines only one of the two has. */
  onlyOurs = 0;
  onlyTheirs = 0;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** What both did since the last call, in order of time: nothing of it before what came last. */
  add(ours: readonly Effect[], theirs: readonly Effect[]): void {
    let [i, j] = [0, 0];
    while (i < ours.length || j < theirs.length) {
      const at = Math.min(ours[i]?.at ?? Infinity, theirs[j]?.at ?? Infinity);
      if (at !== this.#at) this.#flush(at);
      for (; ours[i]?.at === at; i++) this.#ours.push(effectLine(ours[i] as Effect)); // Just looked.
      for (; theirs[j]?.at === at; j++) this.#theirs.push(effectLine(theirs[j] as Effect));
    }
  }

  end(): void {
    this.#flush(Infinity);
  }

  #flush(next: number): void {
    const onlyOurs = without(this.#ours, this.#theirs);
    const onlyTheirs = without(this.#theirs, this.#ours);
    for (const line of onlyOurs) this.#tell(`- ${line}`);
    for (const line of onlyTheirs) this.#tell(`+ ${line}`);
    this.onlyOurs += onlyOurs.length;
    this.onlyTheirs += onlyTheirs.length;
    this.#at = next;
    this.#ours = [];
    this.#theirs = [];
  }
}

/** The lines that are not among the others, each counted as often as it stands. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
