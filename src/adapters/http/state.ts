import type { CellReading } from '../../ports/readings.ts';
import type { Application } from './application.ts';

/** Keys that are shown in one answer; of how many more there are the answer tells. */
const MAX_KEYS = 1000;

/** The answer of `/api/state`. Times are epoch milliseconds. */
export interface ShownState {
  readonly now: number;
  readonly cells: readonly ShownCell[];
  /** How many keys are not shown. */
  readonly more: number;
}

/** What a rule remembers of a key, in the answer of `/api/state`. Times are epoch milliseconds. */
export interface ShownCell {
  readonly rule: string;
  readonly key: string;
  readonly phase: string;
  readonly touchedAt: number;
  readonly nextAt: number | null;
  /** The kinds of stages that remember something. */
  readonly stages: readonly string[];
  /** What they remember, where one key was asked for. */
  readonly states?: readonly { readonly stage: string; readonly state: unknown }[];
}

/** What rules remember, with what a single key remembers in full. Keys that are in memory come first. */
export async function shownState(
  application: Application,
  rule: string | null,
  key: string | null,
): Promise<ShownState> {
  const cells: ShownCell[] = [];
  let more = 0;
  for (const cell of application.cells(rule, key)) {
    if (cells.length === MAX_KEYS) more++;
    else cells.push(shownCell(cell, key !== null));
  }
  const dormant = application.dormant(rule);
  if (dormant > 0) {
    const read = await application.dormantCells(rule, key, MAX_KEYS - cells.length);
    cells.push(...read.map((cell) => shownCell(cell, key !== null)));
    if (key === null) more += Math.max(0, dormant - read.length); // Some may have woken while they were read.
  }
  return { now: Date.now(), cells, more };
}

function shownCell({ states, ...cell }: CellReading, isInFull: boolean): ShownCell {
  return { ...cell, stages: states.map(({ stage }) => stage), ...(isInFull ? { states } : {}) };
}
