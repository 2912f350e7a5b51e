import type { Effect } from '../core/effect.ts';
import type { Evaluation } from '../core/evaluation.ts';
import type { Note } from '../core/note.ts';

/** Something that happened while a scenario ran, at a moment of its virtual time (epoch ms). */
export type TraceEntry =
  | {
      readonly type: 'message';
      readonly at: number;
      readonly topic: string;
      readonly payload: string;
      readonly retained: boolean;
      /** The rule that published it; null for a message of the script. */
      readonly from: string | null;
    }
  /** Deadlines are looked at: what follows no message has done. */
  | { readonly type: 'timer'; readonly at: number }
  | { readonly type: 'evaluation'; readonly at: number; readonly evaluation: Evaluation }
  | { readonly type: 'effect'; readonly at: number; readonly effect: Effect }
  | { readonly type: 'note'; readonly at: number; readonly note: Note };

/** How many entries there are to look back at. */
const MAX_ENTRIES = 500;

/** What happened last. */
export class TraceLog {
  #entries: TraceEntry[] = [];

  add(entry: TraceEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > 2 * MAX_ENTRIES) this.#entries = this.#entries.slice(-MAX_ENTRIES);
  }

  /** What happened last, in order. */
  get entries(): readonly TraceEntry[] {
    return this.#entries.slice(-MAX_ENTRIES);
  }
}

/** Messages and moments that are shown. */
const MAX_SHOWN = 6;

/** Of all entries those that tell of these rules, each with the message or moment that it belongs to: the last few. */
export function traceOf(rules: ReadonlySet<string>, entries: readonly TraceEntry[]): TraceEntry[] {
  const groups: TraceEntry[][] = [];
  let cause: TraceEntry | null = null;
  let group: TraceEntry[] | null = null;
  for (const entry of entries) {
    if (entry.type === 'message' || entry.type === 'timer') {
      cause = entry;
      group = null;
    } else if (rules.has(ruleOf(entry))) {
      if (group === null) groups.push((group = cause === null ? [] : [cause]));
      group.push(entry);
    }
  }
  return groups.slice(-MAX_SHOWN).flat();
}

function ruleOf(entry: Exclude<TraceEntry, { readonly type: 'message' | 'timer' }>): string {
  switch (entry.type) {
    case 'evaluation':
      return entry.evaluation.rule;
    case 'effect':
      return entry.effect.rule;
    case 'note':
      return entry.note.rule;
  }
}
